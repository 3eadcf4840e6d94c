using System.Runtime.InteropServices;

namespace Breakwater.Supervision;

/// <summary>
/// Signals as something that a thread can wait for beside its sockets: each is written to a pair of sockets by the runtime's own thread, and read here. What the signal
/// would do by itself is left undone. Written by any thread, read by one.
/// </summary>
internal sealed class SignalPipe
{
    // The numbers of 64-bit Linux: SIGHUP, SIGINT, SIGUSR1, SIGTERM, SIGCHLD.
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int User1 = 10;
    public const int Terminate = 15;
    private const int ChildEnded = 17;

    // Kept, or the registrations end.
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly int _writer;

    public SignalPipe()
    {
        (Descriptor, _writer) = SystemCalls.SocketPair();
        foreach (int signal in (ReadOnlySpan<int>)[Terminate, Interrupt, HangUp, User1, ChildEnded])
        {
            byte[] number = [(byte)signal];
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)signal, context =>
            {
                context.Cancel = true;
                _ = SystemCalls.TrySend(_writer, number, -1, wait: false);
            }));
        }
    }

    /// <summary>Readable when a signal has come.</summary>
    public int Descriptor { get; }

    /// <summary>The number of the next signal. False when there is none.</summary>
    public bool TryTake(out int signal)
    {
        Span<byte> number = stackalloc byte[8];
        bool taken = SystemCalls.Receive(Descriptor, number, wait: false, out _) > 0;
        signal = taken ? number[0] : 0;
        return taken;
    }

    /// <summary>Holds signals back, or lets those come that were held back: one process may become another meanwhile.</summary>
    public static void Hold(bool hold) => SystemCalls.HoldSignals(hold, HangUp, Interrupt, User1, Terminate, ChildEnded);
}
