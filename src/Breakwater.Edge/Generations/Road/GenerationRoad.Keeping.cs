using Breakwater.Edge.Generations.Keeping;

namespace Breakwater.Edge.Generations.Road;

/// <content>What is proved, and what is kept on disk.</content>
internal sealed partial class GenerationRoad
{
    /// <summary>What is in force proves itself from now on, unless it has already.</summary>
    private void BeginBake()
    {
        if (_state.Live.Stage == RoadStage.Bake)
        {
            _bake.Begin(_state.Live.Number, Bounds.Bake, _state.ServedSeconds, _state.ServedRequests);
        }
        else
        {
            _bake.End();
        }
    }

    /// <summary>Keeps what is in force, and where everything is.</summary>
    private void Keep()
    {
        lock (_keeping)
        {
            if (Store is { } store && !_ended)
            {
                Keep(store);
            }
        }
    }

    private void Keep(GenerationStore store)
    {
        IReadOnlyList<GenerationManifest> good = [.. store.List().Where(one => one.GoodAt is not null)];
        GenerationManifest? before = good.FirstOrDefault(one => one.ContentHash == _plane.Live.ContentHash);
        LastKnownGood = good is [GenerationManifest newest, ..] ? newest : null;
        if (before is not null && _state.Live.Stage == RoadStage.Bake)
        {
            // It has proved itself before, under another number.
            SetState(_state with { Live = _state.Live.Enter(RoadStage.Good, Now) });
            _bake.End();
        }

        DateTimeOffset? goodAt = _state.Live.Stage != RoadStage.Good ? null : before?.GoodAt ?? Now;

        // What was in force before is the first thing to go back to, whether it had proved itself or not.
        long previous = _state.History.FirstOrDefault(record => record.Stage == RoadStage.Replaced && record.PromotedAt is not null)?.Number ?? 0;
        store.Keep(_plane.Live, _document, _state.Live.PromotedAt ?? Now, goodAt, [previous, _state.Pinned?.Number ?? 0]);
        store.Journal.Write(_state, running: true);
    }

    /// <summary>Keeps where everything is.</summary>
    private void WriteJournal()
    {
        lock (_keeping)
        {
            if (!_ended)
            {
                Store?.Journal.Write(_state, running: true);
            }
        }
    }

    /// <summary>What is in force has proved itself, if it is still the same.</summary>
    private async Task ProveAsync(long number)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_state.Live.Number == number && _state.Live.Stage == RoadStage.Bake)
            {
                SetState(_state with
                {
                    Live = _state.Live.Enter(RoadStage.Good, Now),
                    Crashed = [.. _state.Crashed.Where(one => one.ContentHash != _state.Live.ContentHash)],
                });
                Keep();
                Log.Proved(_log, number, _plane.Live.Hash);
            }
        }
        catch (Exception exception)
        {
            Log.Fault(_log, exception);
        }
        finally
        {
            _turn.Release();
        }
    }
}
