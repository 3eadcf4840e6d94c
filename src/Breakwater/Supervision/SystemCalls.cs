using System.Runtime.InteropServices;
using System.Text;

namespace Breakwater.Supervision;

/// <summary>
/// What a supervisor asks of Linux that .NET has no names for. Stateless. The layouts are those of 64-bit Linux, the same with glibc and musl
/// (<see cref="IsSupported"/>). Each call sets <see cref="Marshal.GetLastPInvokeError"/>.
/// </summary>
internal static unsafe partial class SystemCalls
{
    public const int Interrupted = 4;          // EINTR
    public const int TryAgain = 11;            // EAGAIN
    public const int Kill = 9;                 // SIGKILL
    public const short PollIn = 1;
    public const short PollOut = 4;
    public const short PollError = 8 | 16;     // POLLERR, POLLHUP

    private const int Unix = 1;                // AF_UNIX
    private const int SequencedPackets = 5;    // SOCK_SEQPACKET: whole messages, in order, and an end when the peer is gone
    private const int CloseOnExec = 0x80000;   // SOCK_CLOEXEC
    private const int SocketLevel = 1;         // SOL_SOCKET
    private const int Rights = 1;              // SCM_RIGHTS
    private const int DontWait = 0x40;         // MSG_DONTWAIT
    private const int NoSignal = 0x4000;       // MSG_NOSIGNAL
    private const int ReceiveCloseOnExec = 0x40000000; // MSG_CMSG_CLOEXEC
    private const int SetDescriptorFlags = 2;  // F_SETFD
    private const int DuplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC
    private const int NoHang = 1;              // WNOHANG
    private const short SpawnSetDefaultSignals = 0x04;
    private const short SpawnSetSignalMask = 0x08;
    private const int BrokenPipe = 13;         // SIGPIPE

    // Larger than the C library's own on any platform: posix_spawnattr_t 336, posix_spawn_file_actions_t 80, sigset_t 128 bytes.
    private const int OpaqueSize = 1024;

    /// <summary>Whether this is a platform whose layouts are known.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && BitConverter.IsLittleEndian && sizeof(nint) == 8;

    /// <summary>Two connected sockets for whole messages, closed when another program is executed.</summary>
    public static (int, int) SocketPair()
    {
        int* pair = stackalloc int[2];
        return NativeSocketPair(Unix, SequencedPackets | CloseOnExec, 0, pair) == 0 ? (pair[0], pair[1]) : throw Fault("socketpair");
    }

    /// <summary>Sends a message, and a descriptor with it unless that is negative.</summary>
    /// <returns>Whether it is on its way. False with <see cref="TryAgain"/> = no room now; else nobody receives any more.</returns>
    public static bool TrySend(int socket, ReadOnlySpan<byte> message, int descriptor, bool wait)
    {
        byte* control = stackalloc byte[24];
        fixed (byte* text = message)
        {
            Vector vector = new() { Base = text, Length = (nuint)message.Length };
            MessageHeader header = new() { Vectors = &vector, VectorCount = 1 };
            if (descriptor >= 0)
            {
                // cmsg_len, cmsg_level, cmsg_type, then the descriptor (CMSG_LEN(4) is 20, CMSG_SPACE(4) is 24).
                new Span<byte>(control, 24).Clear();
                *(nuint*)control = 20;
                *(int*)(control + 8) = SocketLevel;
                *(int*)(control + 12) = Rights;
                *(int*)(control + 16) = descriptor;
                header.Control = control;
                header.ControlLength = 24;
            }

            nint sent;
            do
            {
                sent = NativeSend(socket, &header, NoSignal | (wait ? 0 : DontWait));
            }
            while (sent < 0 && Marshal.GetLastPInvokeError() == Interrupted);
            return sent >= 0;
        }
    }

    /// <summary>Receives a message, and the descriptor that came with it.</summary>
    /// <returns>Its length; 0 = the peer is gone; -1 with <see cref="TryAgain"/> = nothing there now.</returns>
    public static int Receive(int socket, Span<byte> buffer, bool wait, out int descriptor)
    {
        byte* control = stackalloc byte[64];
        new Span<byte>(control, 64).Clear();
        descriptor = -1;
        fixed (byte* text = buffer)
        {
            Vector vector = new() { Base = text, Length = (nuint)buffer.Length };
            MessageHeader header = new() { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = 64 };
            nint received;
            do
            {
                received = NativeReceive(socket, &header, ReceiveCloseOnExec | (wait ? 0 : DontWait));
            }
            while (received < 0 && Marshal.GetLastPInvokeError() == Interrupted);
            if (received > 0 && header.ControlLength >= 20 && *(int*)(control + 8) == SocketLevel && *(int*)(control + 12) == Rights)
            {
                descriptor = *(int*)(control + 16);
            }

            return (int)received;
        }
    }

    /// <summary>Waits until something can be read or written, or for a time. Returns how many descriptors have something to say.</summary>
    public static int Poll(Span<PollDescriptor> descriptors, int milliseconds)
    {
        fixed (PollDescriptor* first = descriptors)
        {
            return NativePoll(first, (nuint)descriptors.Length, milliseconds);
        }
    }

    /// <summary>Starts a program, with one descriptor of ours as its descriptor <paramref name="target"/> besides standard input, output and error.</summary>
    /// <returns>Its process id.</returns>
    /// <exception cref="IOException">It cannot be started.</exception>
    public static int Spawn(string program, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, int descriptor, int target)
    {
        byte* actions = stackalloc byte[OpaqueSize];
        byte* attributes = stackalloc byte[OpaqueSize];
        byte* signals = stackalloc byte[OpaqueSize];
        using TextArray argv = new(arguments);
        using TextArray envp = new(environment);
        _ = NativeActionsInit(actions);
        _ = NativeAttributesInit(attributes);
        try
        {
            _ = NativeActionsDuplicate(actions, descriptor, target);

            // What this process has blocked or ignored is its own affair.
            _ = NativeSignalsEmpty(signals);
            _ = NativeAttributesSetMask(attributes, signals);
            _ = NativeSignalsAdd(signals, BrokenPipe);
            _ = NativeAttributesSetDefault(attributes, signals);
            _ = NativeAttributesSetFlags(attributes, SpawnSetDefaultSignals | SpawnSetSignalMask);
            int error = NativeSpawn(out int process, program, actions, attributes, argv.Pointer, envp.Pointer);
            return error == 0 ? process : throw new IOException($"{program} cannot be started: {Marshal.GetPInvokeErrorMessage(error)}");
        }
        finally
        {
            _ = NativeActionsDestroy(actions);
            _ = NativeAttributesDestroy(attributes);
        }
    }

    /// <summary>Becomes another program: same process, same descriptors as far as <see cref="SetInheritable"/> lets them through. Returns only when that failed.</summary>
    public static int Execute(string program, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        using TextArray argv = new(arguments);
        using TextArray envp = new(environment);
        _ = NativeExecute(program, argv.Pointer, envp.Pointer);
        return Marshal.GetLastPInvokeError();
    }

    /// <summary>Holds signals back from this thread, or lets them come again.</summary>
    public static void HoldSignals(bool hold, params ReadOnlySpan<int> numbers)
    {
        byte* signals = stackalloc byte[OpaqueSize];
        _ = NativeSignalsEmpty(signals);
        foreach (int number in numbers)
        {
            _ = NativeSignalsAdd(signals, number);
        }

        _ = NativeSignalMask(hold ? 0 : 1, signals, null);
    }

    /// <summary>A child that has ended, if there is one, so that it is no zombie any more.</summary>
    /// <param name="status">How it ended, as waitpid(2) says it.</param>
    /// <returns>Its process id; 0 or less when none has ended.</returns>
    public static int Reap(out int status) => NativeWait(-1, out status, NoHang);

    /// <summary>Sends a signal.</summary>
    public static void Signal(int process, int signal) => _ = NativeKill(process, signal);

    /// <summary>Whether a descriptor is passed on to programs that this process becomes or starts.</summary>
    public static void SetInheritable(int descriptor, bool inheritable) => _ = NativeControl(descriptor, SetDescriptorFlags, inheritable ? 0 : 1);

    /// <summary>Another descriptor for the same thing, not passed on, numbered from <paramref name="atLeast"/> up.</summary>
    public static int Duplicate(int descriptor, int atLeast = 10) =>
        NativeControl(descriptor, DuplicateCloseOnExec, atLeast) is >= 0 and var copy ? copy : throw Fault("fcntl");

    /// <summary>Closes a descriptor.</summary>
    public static void Close(int descriptor) => _ = NativeClose(descriptor);

    /// <summary>The process that started this one; 1 or another reaper once that is gone.</summary>
    public static int ParentProcess() => NativeParent();

    /// <summary>Writes without .NET's streams, which block where a descriptor's reader does.</summary>
    public static void Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            _ = NativeWrite(descriptor, first, (nuint)bytes.Length);
        }
    }

    private static IOException Fault(string call) => new($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");

    /// <summary>pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    /// <summary>iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Vector
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>msghdr. Musl declares some lengths narrower, with padding where the rest of ours are zeros.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        public void* Name;
        public nuint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>A list of texts as C has it: pointers to bytes that end with zero, the last pointer null. Owned by the call that uses it.</summary>
    private readonly ref struct TextArray
    {
        private readonly int _count;

        public TextArray(IReadOnlyList<string> texts)
        {
            _count = texts.Count;
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(_count + 1), (nuint)sizeof(byte*));
            for (int i = 0; i < _count; i++)
            {
                int length = Encoding.UTF8.GetByteCount(texts[i]);
                Pointer[i] = (byte*)NativeMemory.AllocZeroed((nuint)length + 1);
                _ = Encoding.UTF8.GetBytes(texts[i], new Span<byte>(Pointer[i], length));
            }
        }

        public byte** Pointer { get; }

        public void Dispose()
        {
            for (int i = 0; i < _count; i++)
            {
                NativeMemory.Free(Pointer[i]);
            }

            NativeMemory.Free(Pointer);
        }
    }

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeSocketPair(int domain, int type, int protocol, int* pair);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint NativeSend(int socket, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint NativeReceive(int socket, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativePoll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeSpawn(out int process, string program, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeActionsDuplicate(byte* actions, int descriptor, int target);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeAttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeAttributesDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeAttributesSetMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeAttributesSetDefault(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeAttributesSetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeSignalsEmpty(byte* signals);

    [LibraryImport("libc", EntryPoint = "sigaddset")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeSignalsAdd(byte* signals, int number);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeSignalMask(int how, byte* signals, byte* before);

    [LibraryImport("libc", EntryPoint = "execve", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeExecute(string program, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeWait(int process, out int status, int options);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeKill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeControl(int descriptor, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeClose(int descriptor);

    [LibraryImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeParent();

    [LibraryImport("libc", EntryPoint = "write")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint NativeWrite(int descriptor, byte* bytes, nuint length);
}
