using Breakwater.Commands;

// First of all, before any socket is made: what a request needs then runs on the thread that received it ("The hot path" in docs/architecture.md).
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
return await CommandLine.InvokeAsync(args);
