using System.Globalization;
using System.Text;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Resources;

/// <summary>D35.</summary>
internal sealed class MemoryLimit : Drill
{
    private const int LimitMebibytes = 160;
    private const int Uploads = 100;
    private const int Finished = 20;
    private const int BodyBytes = 512 * 1024;
    private const int SentFirst = 420 * 1024;

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(30);

    public override DrillSheet Sheet { get; } = new("D35", "The memory limit is reached")
    {
        Outage = "a fault that every server meets one day",
        Mechanism = "A program takes what comes into memory until there is none left, and the kernel ends it, with everybody's requests.",
        Fault = "An edge that may have 160 MiB gets a hundred uploads at once that stop in the middle, each of which the firewall wants to hold: 41 MiB, twice what it may take for that. Some go on then; most are given up.",
        Bound = "Visitors notice nothing; each upload that goes on gets an answer, the origin's or a refusal; the process lives, and what it held is free again.",
        Guard = "`limits.body_memory`: bodies that are held for inspection take an eighth of the memory at most; what does not fit is inspected as far as it was read, or refused, as the zone says.",
        Limits = new LoadLimits { P99 = TimeSpan.FromSeconds(1) },
        RunsAlone = true,
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync();
        PrivateEdge edge = await ground.EdgeAsync(
            DrillGround.Head + $$"""
            zones:
              - name: shop
                hosts: [shop.test]
                origins: [{url: "{{origin.Url}}"}]

            """,
            new EdgeSettings
            {
                Environment = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = string.Create(CultureInfo.InvariantCulture, $"0x{LimitMebibytes << 20:X}") },
            });
        SteadyLoad load = await ground.LoadAsync(edge.Door, new LoadShape { Connections = 4, PerSecond = 120 }, Visit.Good);
        await load.SendAsync(60);

        byte[] message = Message();
        List<Stream> uploads = [];
        try
        {
            for (int i = 0; i < Uploads; i++)
            {
                using CancellationTokenSource limit = new(AnswerTime);
                Stream upload = await edge.Door.OpenAsync(limit.Token);
                uploads.Add(upload);
                await upload.WriteAsync(message.AsMemory(0, SentFirst), limit.Token);
            }

            await load.SendAsync(200);
            long held = (long)await edge.MetricAsync("breakwater_body_memory_bytes"), memory = edge.Memory;
            ground.Note("memory", string.Create(CultureInfo.InvariantCulture, $"{memory >> 20} MiB, {held >> 20} MiB of it for bodies, of {(Uploads * SentFirst) >> 20} MiB that came"));
            ground.Hold(held > 0, "no body is held, so nothing is shown");
            ground.Hold(held <= LimitMebibytes / 8 << 20, $"bodies take {held >> 20} MiB");

            List<int> answers = [];
            foreach (Stream upload in uploads.Where((_, i) => i % (Uploads / Finished) == 0))
            {
                answers.Add(await FinishAsync(upload, message.AsMemory(SentFirst)));
            }

            ground.Note("uploads that went on", string.Join(", ", answers.CountBy(status => status).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Value} answered {one.Key}"))));
            ground.Hold(answers.TrueForAll(status => status is >= 200 and < 500), "an upload got no answer, or one of a failure");
        }
        finally
        {
            uploads.ForEach(upload => upload.Dispose());
        }

        ground.Recovered(await PrivateEdge.UntilAsync("what was held is free again", async () => await edge.MetricAsync("breakwater_body_memory_bytes") == 0));
        await load.SendAsync(60);
        ground.Hold(edge.IsAlive, "the edge is gone");
    }

    private static byte[] Message() => (Visit.Good with
    {
        Method = "POST",
        Lines = "Content-Type: application/x-www-form-urlencoded\r\n",
        Body = new StringBuilder("text=", BodyBytes).Append('a', BodyBytes - 5).ToString(),
    }).Message(0);

    /// <summary>Sends the rest, unless an answer came before. Returns the status; 0 = the connection ended without one.</summary>
    private static async Task<int> FinishAsync(Stream upload, ReadOnlyMemory<byte> rest)
    {
        using CancellationTokenSource limit = new(AnswerTime);
        byte[] head = new byte[12];
        try
        {
            await upload.WriteAsync(rest, limit.Token);
            await upload.ReadExactlyAsync(head, limit.Token);
            return int.TryParse(Encoding.ASCII.GetString(head.AsSpan(9, 3)), NumberStyles.None, CultureInfo.InvariantCulture, out int status) ? status : 0;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return 0;
        }
    }
}
