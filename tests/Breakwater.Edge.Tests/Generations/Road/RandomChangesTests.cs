using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Breakwater.Edge.Generations.Keeping;
using Breakwater.Edge.Generations.Road;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Origins.Health;
using Breakwater.Edge.Tests.Desync;

namespace Breakwater.Edge.Tests.Generations.Road;

/// <summary>
/// Good and bad changes in any order, by reload, rollback, changed file and pin, while visitors come: after each step something whole serves, no
/// request has met two generations, and nothing that changes by itself was forgotten. The same steps for the same seed.
/// </summary>
public sealed class RandomChangesTests
{
    private const int Steps = 500;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task SomethingWholeServesAndNothingIsForgotten(int seed)
    {
        await using World world = new(seed);
        await world.StartAsync();
        for (int step = 0; step < Steps; step++)
        {
            await world.StepAsync();
        }

        // Every kind of end has come up, or this says less than it seems.
        Assert.All(
            [RoadOutcome.Promoted, RoadOutcome.Refused, RoadOutcome.Held, RoadOutcome.Unchanged, RoadOutcome.Replaced],
            outcome => Assert.True(world.Outcomes.GetValueOrDefault(outcome) > 0, $"{outcome} never came up: {string.Join(", ", world.Outcomes)}"));
        Assert.True(world.OnCanary > 20, $"only {world.OnCanary} requests met a candidate on canary");
    }

    /// <summary>An edge with random documents, and visitors on connections that are kept. Owned by one test.</summary>
    private sealed class World : IAsyncDisposable
    {
        private const string Bounds =
            "generations: {taste: {samples: 10}, canary: {share: 50%, time: 2s}, feeds: {freeze_after: 3}}";

        // Documents that are wrong, each in its own way; ZONES stands for good ones.
        private static readonly string[] Wrong =
        [
            "", "zones:\n", "zones: [", "nonsense: 1\n", "\0\u0001\u0002", "<html><body>502 Bad Gateway</body></html>", "- a\n- b\n",
            "zones: [{name: shop}]\n",
            "TOP\ncertificates: [{cert: none.pem, key: none.key}]\nZONES", "TOP\nrulesets: [none.json]\nZONES", "TOP\nlists: {bad: {file: none.txt}}\nZONES",
            "TOP\nrules: [{when: 'http.nothing eq 1', do: block}]\nZONES", "TOP\nrules: [{when: 'ip.src in $nowhere', do: block}]\nZONES",
            "TOP\nZONES\n  - name: shop\n    origins: [{url: \"http://127.0.0.1:1\"}]\n", "TOP\nlimits: {max_head_size: banana}\nZONES",
        ];

        // Contents of the list, none of which has this test's own address.
        private static readonly string[] GoodLists = ["192.0.2.1\n", "192.0.2.1\n192.0.2.2\n", "198.51.100.0/24\n2001:db8::/32\n", "203.0.113.7 # a comment\n"];
        private static readonly string?[] BadLists = ["", "no address\n", "192.0.2.1\n<html>\n", null, "192.0.2.1", string.Concat(Enumerable.Repeat("192.0.2.9\n", 40))];

        private readonly Random _random;
        private readonly RoadLab _lab = new() { CanaryTime = null, Disk = new DurableFiles(), Patience = TimeSpan.FromMinutes(10) };
        private readonly Socket _closed = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly List<RawClient> _clients = [];
        private readonly Dictionary<long, string> _names = [];
        private readonly List<string> _story = [];
        private Origin _shop = null!;
        private Origin _ejected = null!;
        private long _forwarded;
        private long _number;
        private int _made;

        public World(int seed)
        {
            _random = new Random(seed);
            _closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _lab.Answer = request => $"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-Asked: {request.Values("X-Asked").SingleOrDefault()}\r\n\r\nok\n";
        }

        public Dictionary<RoadOutcome, int> Outcomes { get; } = [];

        public int OnCanary { get; private set; }

        public async Task StartAsync()
        {
            _lab.Files.Write("bad.txt", GoodLists[0]);
            _lab.Files.Write("breakwater.yaml", Good("start"));
            await _lab.RestartAsync();
            _names[1] = "start";
            for (int i = 0; i < 4; i++)
            {
                RawClient client = new();
                await client.ConnectAsync(_lab.EndPoint, _lab.Limit);
                _clients.Add(client);
            }

            // Three of these a day, and an origin that is out of order: in turn, so that it is sure to be asked.
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(200, (await AskAsync(_clients[0], "/once")).Status);
            }

            for (int i = 0; i < 4; i++)
            {
                await AskAsync(_clients[0], "/", "flaky.example");
            }

            _shop = _lab.Edge.Origins.Origins.Single(origin => origin.GetStatus() is { Zone: "shop" });
            // What became of an attempt is known when the exchange is over, which may be after its answer.
            while (!_lab.Edge.Origins.Origins.Any(origin => origin.GetStatus() is { State: OriginState.Ejected }))
            {
                await Task.Delay(1, _lab.Limit);
            }

            _ejected = _lab.Edge.Origins.Origins.Single(origin => origin.GetStatus() is { Zone: "flaky", State: OriginState.Ejected });
            _forwarded = 3;
            await CheckAsync();
        }

        public async Task StepAsync()
        {
            try
            {
                await ActAsync();
                await _lab.RestAsync();
                await CheckAsync();
            }
            catch (Exception failure)
            {
                throw new Xunit.Sdk.XunitException($"After {string.Join("; ", _story.TakeLast(12))}:\n{failure.Message}\n{string.Join('\n', _lab.Log.TakeLast(20))}", failure);
            }
        }

        public async ValueTask DisposeAsync()
        {
            _clients.ForEach(client => client.Dispose());
            _closed.Dispose();
            await _lab.DisposeAsync();
        }

        private Task ActAsync() => _random.Next(100) switch
        {
            < 30 => ReloadAsync("good", Good(NewName())),
            < 55 => ReloadAsync("wrong", Wrong[_random.Next(Wrong.Length)].Replace("TOP", Top(), StringComparison.Ordinal).Replace("ZONES", Zones(NewName(), all: true), StringComparison.Ordinal)),
            < 60 => ReloadAsync("gone", null),
            < 68 => ReloadAsync("broad", Top() + "\n" + Zones(NewName(), all: false)),
            < 72 => OvertakeAsync(),
            < 76 => RollBackAsync(),
            < 77 => PinAsync("all", pins: true),
            < 79 => PinAsync("bad", pins: true),
            < 90 => PinAsync("all", pins: false),
            _ => ChangeListAsync(),
        };

        private async Task ReloadAsync(string kind, string? document)
        {
            if (document is null)
            {
                File.Delete(_lab.Document);
            }
            else
            {
                _lab.Files.Write("breakwater.yaml", document);
            }

            await TravelAsync(kind, () => _lab.TakeAsync(request => request with { Urgent = _random.Next(4) == 0, Confirmed = kind == "good" && _random.Next(2) == 0 }));
            if (kind == "good" && _random.Next(3) == 0)
            {
                await TravelAsync("again", () => _lab.TakeAsync());
            }
        }

        /// <summary>A change that cannot wait takes the place of one that is on canary.</summary>
        private async Task OvertakeAsync()
        {
            _lab.Files.Write("breakwater.yaml", Good(NewName()));
            Task<RoadResult> first = _lab.TakeAsync();
            await OnCanaryOrOverAsync(first);
            string second = Good(NewName());
            _lab.Files.Write("breakwater.yaml", second);
            await TravelAsync("urgent", () => _lab.TakeAsync(request => request with { Urgent = true }));
            Note("overtaken", (await first).Outcome);
        }

        private async Task RollBackAsync()
        {
            long[] kept = [.. _lab.Edge.Road.Store!.List().Select(one => one.Number)];
            long? to = _random.Next(3) == 0 ? null : kept[_random.Next(kept.Length)];
            long before = _lab.Live.Number;
            string? name = to is { } number ? _names[number] : null;
            await TravelAsync($"rollback {to}", () => _lab.Edge.RollBackAsync(to, confirmed: true), name ?? "");
            if (_lab.Live.Number != before)
            {
                Assert.NotNull(_lab.State.Pinned);
            }
        }

        private async Task PinAsync(string what, bool pins)
        {
            _story.Add($"{(pins ? "pin" : "unpin")} {what}");
            await (pins ? _lab.Edge.Road.PinAsync(what) : _lab.Edge.Road.UnpinAsync(what));
            await SettleAsync();
        }

        private async Task ChangeListAsync()
        {
            string? content = _random.Next(2) == 0 ? GoodLists[_random.Next(GoodLists.Length)] : BadLists[_random.Next(BadLists.Length)];
            _story.Add($"list {content?.Length.ToString(CultureInfo.InvariantCulture) ?? "gone"}");
            if (content is null)
            {
                File.Delete(_lab.Files["bad.txt"]);
            }
            else
            {
                _lab.Files.Write("bad.txt", content);
            }

            _lab.Looks(2);
            await SettleAsync();
        }

        /// <summary>Lets the road see to changed files, canaries included.</summary>
        private async Task SettleAsync()
        {
            Task rest = _lab.Edge.Road.RestAsync();
            while (!rest.IsCompleted)
            {
                if (_lab.Edge.Road.IsComparing)
                {
                    await AskAllAsync();
                    _lab.Time.Advance(TimeSpan.FromSeconds(2));
                }

                await Task.WhenAny(rest, Task.Delay(1));
            }

            Named(_names[_number]);
        }

        private async Task TravelAsync(string kind, Func<Task<RoadResult>> take, string? name = null)
        {
            string meant = name ?? $"n{_made}";
            Task<RoadResult> travel = take();
            await OnCanaryOrOverAsync(travel);
            while (!travel.IsCompleted)
            {
                OnCanary += (await AskAllAsync()).Count(answered => answered != _names[_number]);
                _lab.Time.Advance(TimeSpan.FromSeconds(2));
                await OnCanaryOrOverAsync(travel);
            }

            RoadResult result = await travel;
            Note(kind, result.Outcome);
            if (result.Outcome == RoadOutcome.Promoted)
            {
                Assert.Equal(result.Record!.Number, _lab.Live.Number);
                Named(meant.Length > 0 ? meant : (await AskAllAsync())[0]);
            }
        }

        private Task OnCanaryOrOverAsync(Task travel) =>
            _lab.UntilAsync(() => travel.IsCompleted || _lab.Edge.Road.IsComparing, "a canary or an end");

        private void Note(string kind, RoadOutcome outcome)
        {
            _story.Add($"{kind}: {outcome}");
            Outcomes[outcome] = Outcomes.GetValueOrDefault(outcome) + 1;
        }

        private void Named(string name)
        {
            Assert.True(_lab.Live.Number >= _number, "numbers rise");
            for (long number = _number + 1; number <= _lab.Live.Number; number++)
            {
                _names.TryAdd(number, name);
            }

            _number = _lab.Live.Number;
        }

        private async Task CheckAsync()
        {
            _number = _number == 0 ? 1 : _number;
            Assert.Null(_lab.State.Candidate);
            Assert.Null(_lab.Edge.Plane.InForce.Canary);
            Assert.InRange(_lab.State.History.Count, 0, RoadState.MaxHistory);
            Assert.Equal(_lab.Live.Number, _lab.State.Live.Number);

            // Everybody has the generation in force, whole.
            Assert.All(await AskAllAsync(), answered => Assert.Equal(_names[_lab.Live.Number], answered));

            // The same origins, with all that they have counted; the limit of the day is used up; what was ejected is.
            Assert.Same(_shop, _lab.Edge.Origins.Origins.Single(origin => origin.GetStatus().Zone == "shop"));
            await _lab.UntilAsync(() => _shop.GetStatus().Attempts == _forwarded, $"{_forwarded} attempts");
            Assert.Contains(_ejected, _lab.Edge.Origins.Origins);
            Assert.Equal((OriginState.Ejected, 1L), (_ejected.GetStatus().State, _ejected.GetStatus().Ejections));
            Assert.Equal(429, (await AskAsync(_clients[0], "/once")).Status);
        }

        private async Task<string[]> AskAllAsync() => await Task.WhenAll(_clients.Select(async client =>
        {
            Http1Message answer = await AskAsync(client, "/");
            Assert.Equal(200, answer.Status);
            string asked = Assert.Single(answer.Values("X-Asked")), answered = Assert.Single(answer.Values("X-Answered"));
            Assert.Equal(asked, answered);
            Interlocked.Increment(ref _forwarded);
            return answered;
        }));

        private async Task<Http1Message> AskAsync(RawClient client, string target, string host = "shop.example")
        {
            await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n", _lab.Limit);
            Http1Message? answer = await client.ReadResponseAsync(bodyless: false, _lab.Limit);
            Assert.True(answer is not null, "A request had no answer.");
            return answer;
        }

        private string NewName() => $"n{++_made}";

        private string Good(string name) => Top() + "\n" + Zones(name, all: true);

        private string Top() =>
            $$"""
            listeners: [{address: "127.0.0.1:0"}]
            logging: {access: {to: off} }
            data: state
            limits: {idle_timeout: 1h}
            {{Bounds}}
            """ + (_random.Next(5) == 0 ? "" : "\nlists: {bad: {file: bad.txt}}\nrules: [{id: listed, when: 'ip.src in $bad', do: block}]");

        /// <summary>The zones: the two with something to remember, and others that come and go.</summary>
        private string Zones(string name, bool all)
        {
            string origin = $"http://127.0.0.1:{_lab.OriginPort}", closed = $"http://127.0.0.1:{((IPEndPoint)_closed.LocalEndPoint!).Port}";
            string others = string.Concat(Enumerable.Range(0, _random.Next(3)).Select(_ =>
                $"  - name: extra{_random.Next(1000)}-{name}\n    hosts: [\"h{_random.Next()}.example\"]\n    origins: [{{url: \"{origin}\"}}]\n"));
            return !all
                ? $"zones:\n  - name: new-{name}\n    hosts: [new.example]\n    origins: [{{url: \"{origin}\"}}]\n"
                : $$"""
                zones:
                  - name: shop
                    hosts: [shop.example]
                    origins: [{url: "{{origin}}"}]
                    outlier: {consecutive_failures: 0}
                    rules:
                      - {id: mark, when: true, do: rewrite, set_headers: {X-Asked: "{{name}}"}, set_response_headers: {X-Answered: "{{name}}"} }
                      - {id: once, when: 'http.request.uri.path eq "/once"', limit: 3 per 1h by ip, timeout: 1d, do: block}
                  - name: flaky
                    hosts: [flaky.example]
                    origins: [{url: "{{origin}}"}, {url: "{{closed}}"}]
                    balance: round_robin
                    outlier: {consecutive_failures: 1, eject_for: 1d, max_eject_for: 1d}

                """ + others;
        }
    }
}
