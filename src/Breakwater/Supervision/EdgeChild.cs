using System.Globalization;

namespace Breakwater.Supervision;

/// <summary>Where an edge process is, as its supervisor knows it.</summary>
internal enum ChildState
{
    /// <summary>Started, and rehearsing before it is needed.</summary>
    Rehearsing,

    /// <summary>Rehearsed; waits for its turn.</summary>
    Ready,

    /// <summary>Told to serve.</summary>
    Starting,

    /// <summary>Serves.</summary>
    Serving,

    /// <summary>Serves the connections that it has, takes no new ones, and can be told to go on.</summary>
    Paused,

    /// <summary>Told to finish and end.</summary>
    Draining,
}

/// <summary>An edge process, as its supervisor sees it. Owned by the supervisor's thread; nothing here waits for the process.</summary>
internal sealed class EdgeChild(int process, ControlChannel channel, ProgramCommand program, long started) : IDisposable
{
    /// <summary>The variable that tells an edge process the descriptor of its line to the supervisor.</summary>
    public const string ChannelVariable = "BREAKWATER_CHANNEL";

    // The first one after standard input, output and error.
    private const int ChannelDescriptor = 3;

    private readonly Queue<(string Word, string Text, int Descriptor)> _unsent = new();

    public int Process => process;

    public ControlChannel Channel => channel;

    /// <summary>What it runs.</summary>
    public ProgramCommand Program => program;

    /// <summary>When it was started.</summary>
    public long Started => started;

    public ChildState State { get; set; }

    /// <summary>Whether it ever served.</summary>
    public bool HasServed { get; set; }

    /// <summary>Looks at it without a sign of life.</summary>
    public int SilentTicks { get; set; }

    /// <summary>Sockets that it was offered and has no listener for.</summary>
    public List<string> Unused { get; } = [];

    /// <summary>Whether something waits for room in its line.</summary>
    public bool HasUnsent => _unsent.Count > 0;

    /// <summary>Starts one.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Its variables, as NAME=VALUE.</param>
    /// <param name="now">The time, monotonic.</param>
    /// <exception cref="IOException">It cannot be started.</exception>
    public static EdgeChild Start(ProgramCommand program, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, long now)
    {
        (int ours, int theirs) = SystemCalls.SocketPair();
        int lifted = -1;
        try
        {
            // Well above what the child has it as: dup2(2) onto itself would keep it closed on exec.
            lifted = SystemCalls.Duplicate(theirs);
            int process = SystemCalls.Spawn(
                program.Path, [.. program.Before, .. arguments],
                [.. environment, string.Create(CultureInfo.InvariantCulture, $"{ChannelVariable}={ChannelDescriptor}")], lifted, ChannelDescriptor);
            return new EdgeChild(process, new ControlChannel(ours), program, now);
        }
        catch
        {
            SystemCalls.Close(ours);
            throw;
        }
        finally
        {
            SystemCalls.Close(theirs);
            if (lifted >= 0)
            {
                SystemCalls.Close(lifted);
            }
        }
    }

    /// <summary>Tells it something, now or when there is room. A process that is gone is not told.</summary>
    public void Tell(string word, string text = "", int socket = -1)
    {
        if (_unsent.Count > 0 || !channel.TrySend(word, text, socket))
        {
            _unsent.Enqueue((word, text, socket));
        }
    }

    /// <summary>Sends what waited for room.</summary>
    public void Flush()
    {
        while (_unsent.TryPeek(out (string Word, string Text, int Descriptor) next) && channel.TrySend(next.Word, next.Text, next.Descriptor))
        {
            _unsent.Dequeue();
        }
    }

    /// <summary>Ends it at once.</summary>
    public void Kill() => SystemCalls.Signal(process, SystemCalls.Kill);

    public void Dispose() => channel.Dispose();
}

/// <summary>How a process ended. Immutable.</summary>
/// <param name="Status">As waitpid(2) says it.</param>
internal readonly record struct ChildEnd(int Status)
{
    /// <summary>The signal that ended it; 0 = it ended by itself.</summary>
    public int Signal => Status & 0x7f;

    /// <summary>Its exit code, with 128 and the signal for one that was ended by that.</summary>
    public int Code => Signal != 0 ? 128 + Signal : (Status >> 8) & 0xff;

    /// <summary>For people.</summary>
    public override string ToString() => Signal switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"ended with exit code {Code}"),
        6 => "crashed (SIGABRT)",
        7 => "crashed (SIGBUS)",
        9 => "was killed (SIGKILL)",
        11 => "crashed (SIGSEGV)",
        15 => "was ended (SIGTERM)",
        var other => string.Create(CultureInfo.InvariantCulture, $"was ended by signal {other}"),
    };
}
