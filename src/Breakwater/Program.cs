using Breakwater.Commands;
using Breakwater.Supervision;

// A supervisor stays small: it ends up in the other line below before anything that an edge needs is loaded.
if (!SupervisorLink.Connect() && Supervisor.IsWanted(args))
{
    return Supervisor.Run(args);
}

// First of all, before any socket is made: what a request needs then runs on the thread that received it ("The hot path" in docs/architecture.md).
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
return await CommandLine.InvokeAsync(args);
