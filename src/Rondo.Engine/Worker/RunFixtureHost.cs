using System.Globalization;
using Rondo.Catalog;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Worker;

/// <summary>The fixtures of the whole run, in the process that holds them: sets up what the controller asks for, and tears all of it down at the end.</summary>
/// <remarks>Thread: the engine's lane. Whoever uses a value has a copy of it, a fixture beside it and a test with <c>-n 0</c> too: what is seen does not depend on where it is seen.</remarks>
internal sealed class RunFixtureHost(Workbench bench, TestCatalog catalog, FixtureTree tree)
{
    // A frame has room for more; what is this large belongs in a file whose path is the value.
    private const int LargestValue = 4 * 1024 * 1024;

    private readonly ScopeInstance _scope = new(FixtureScope.Run, "run", null);
    private readonly Dictionary<string, byte[]> _values = new(StringComparer.Ordinal);
    private readonly List<FixtureInstance> _beingSetUp = [];

    /// <summary>Sets a fixture up, with those it needs, and tells the controller how that ended. A second request waits for the first.</summary>
    /// <exception cref="StuckException">Its setup holds a thread and cannot be stopped.</exception>
    public async Task SetUpAsync(string key)
    {
        var instance = await GetAsync(catalog.Fixture(key));
        bench.Send(_values.TryGetValue(key, out var value) && instance.IsUp
            ? new Message.RunFixtureReady(key, Convert.ToBase64String(value), null, null)
            : new Message.RunFixtureReady(key, "", instance.SkipReason is null ? FailureOf(instance) : null, instance.SkipReason));
    }

    /// <summary>The run is to end now: what is being set up is cancelled.</summary>
    public void CancelSetUps()
    {
        foreach (var instance in _beingSetUp) instance.Cancel();
    }

    /// <summary>Tears everything down, in reverse order of setup.</summary>
    public async Task<IReadOnlyList<TeardownError>> CloseAsync()
    {
        CancelSetUps();
        await _scope.LastSetUp;
        return await tree.CloseSharedAsync(_scope);
    }

    /// <summary>A copy of a value, from what <see cref="Message.RunFixtureValue"/> carries.</summary>
    public static object? Read(FixtureDefinition definition, string value) => definition.Entry.ReadValue(definition.Position, new ValueReader(Convert.FromBase64String(value)));

    private static Failure FailureOf(FixtureInstance instance) =>
        instance.Failure ?? new Failure("FixtureEnded", $"Fixture '{instance.Definition.Key}' is already torn down.", null);

    private async Task<FixtureInstance> GetAsync(FixtureDefinition definition)
    {
        if (!_scope.TryFind(definition.Key, out var instance))
        {
            instance = new FixtureInstance(bench, definition, _scope) { Ready = Task.CompletedTask, Died = TellOfEnd };
            _scope.Add(instance);
            instance.Ready = SetUpInOrderAsync(instance);
        }

        await instance.Ready;
        return instance;
    }

    private async Task SetUpInOrderAsync(FixtureInstance instance)
    {
        await SetUpAsync(instance);
        _scope.AddInOrder(instance);
    }

    private async Task SetUpAsync(FixtureInstance instance)
    {
        var definition = instance.Definition;
        var loop = _scope.Loop(definition.Backend ?? Loops.LoopBackend.SingleThread, null, bench.Dispatchers.HostOf(definition, bench.Host));
        instance.Begin(loop, null);
        var values = new object?[definition.Needs.Count];
        for (var i = 0; i < values.Length; i++)
        {
            if (definition.Needs[i].Fixture is not { } key)
            {
                values[i] = instance.BuiltIn(definition.Needs[i].BuiltIn!, loop);
                continue;
            }

            var need = await GetAsync(catalog.Fixture(key));
            if (!need.IsUp)
            {
                instance.FailAs(need);
                return;
            }

            values[i] = need.Definition.Entry.ReadValue(need.Definition.Position, new ValueReader(_values[key]));
            instance.DependOn(need);
        }

        // What it needs is up by now, so nobody who waits for a turn is waited for by the one who has it.
        var before = _scope.LastSetUp;
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _scope.LastSetUp = mine.Task;
        _beingSetUp.Add(instance);
        var isStuck = false;
        try
        {
            await before;
            var from = bench.Time.GetTimestamp();
            await instance.SetUpAsync(values, null, forCase: -1);
            bench.TellTime(definition, isTeardown: false, from);
            if (instance.IsUp) Write(instance);
        }
        catch (StuckException stuck) when (!stuck.BlocksThread)
        {
            // It only awaits something: nobody else here is kept from anything, and it ends with the process.
            instance.FailWith(stuck.Failure);
        }
        catch (StuckException)
        {
            isStuck = true;
            throw;
        }
        finally
        {
            _beingSetUp.Remove(instance);
            mine.SetResult();
            // A process that is stuck is judged by what it was doing.
            if (_beingSetUp.Count == 0 && !isStuck) bench.Report(-1, WorkPhase.Body, "", TimeSpan.Zero);
        }
    }

    private void Write(FixtureInstance instance)
    {
        var definition = instance.Definition;
        var writer = new ValueWriter();
        try
        {
            definition.Entry.WriteValue(definition.Position, instance.Value, writer);
            if (writer.Written.Length > LargestValue) throw new RondoUsageException(string.Create(CultureInfo.InvariantCulture,
                $"The value of fixture '{definition.Key}' takes {writer.Written.Length} bytes, and at most {LargestValue} are carried to each worker. Write it to a file and give the path. [RND3103]"));
            _values[definition.Key] = writer.Written.ToArray();
        }
        catch (Exception error)
        {
            // Properties of the user's records are the user's code.
            instance.FailWith(SafeText.OfException(error));
        }
    }

    private void TellOfEnd(FixtureInstance instance)
    {
        instance.IsBlamed();
        bench.Send(new Message.RunFixtureEnded(instance.Definition.Key, FailureOf(instance)));
    }
}
