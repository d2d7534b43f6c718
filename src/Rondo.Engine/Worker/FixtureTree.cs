using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;
using Rondo.Loops;

namespace Rondo.Engine.Worker;

/// <summary>The scopes of one worker with everything that lives in them.</summary>
/// <remarks>
/// Thread: the engine's lane. The controller says when a Class or Namespace scope is over, because under stealing a worker cannot know.
/// Invariant: no scope instance is set up twice in a worker.
/// </remarks>
internal sealed class FixtureTree(Workbench bench, TestCatalog catalog)
{
    private readonly Dictionary<string, ScopeInstance> _namespaces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ScopeInstance> _classes = new(StringComparer.Ordinal);

    /// <summary>Told when a fixture ends while its value may be in use.</summary>
    public Action<FixtureInstance>? Died { get; set; }

    /// <summary>The values of the whole run, as copies: the fixtures themselves live in the host.</summary>
    private readonly ScopeInstance _run = new(FixtureScope.Run, "run", null);

    // Who waits for a value of the whole run.
    private readonly Dictionary<string, TaskCompletionSource<Message.RunFixtureValue>> _asked = new(StringComparer.Ordinal);

    public ScopeInstance Worker { get; } = new(FixtureScope.Worker, bench.Info.WorkerId, null);

    /// <summary>The answer to what was asked for a fixture of the whole run.</summary>
    public void TakeRunValue(Message.RunFixtureValue answer)
    {
        if (_asked.Remove(answer.Key, out var asked)) asked.SetResult(answer);
    }

    /// <summary>Fixtures of the whole run are gone: what runs with them fails.</summary>
    public void LoseRunValues(Message.RunFixturesLost lost)
    {
        foreach (var key in lost.Keys)
        {
            if (_run.TryFind(key, out var instance)) instance.Lose(lost.Failure);
        }
    }

    public ScopeInstance Namespace(string name)
    {
        if (_namespaces.TryGetValue(name, out var scope)) return scope;
        var dot = name.LastIndexOf('.');
        var parent = name.Length == 0 ? Worker : Namespace(dot < 0 ? "" : name[..dot]);
        _namespaces.Add(name, scope = new ScopeInstance(FixtureScope.Namespace, name, parent));
        return scope;
    }

    public ScopeInstance Class(TestClass type)
    {
        if (_classes.TryGetValue(type.FullName, out var scope)) return scope;
        _classes.Add(type.FullName, scope = new ScopeInstance(FixtureScope.Class, type.FullName, Namespace(type.Namespace)));
        return scope;
    }

    /// <summary>Everything the attempt needs, set up in order: wider scopes first, dependencies first, then as declared.</summary>
    /// <returns>Null when all are up; else the first that is not.</returns>
    public async Task<FixtureInstance?> SetUpAsync(Attempt attempt)
    {
        foreach (var key in attempt.Wanted)
        {
            var fixture = catalog.Fixture(key);
            var instance = await GetAsync(fixture, attempt);
            if (!instance.IsUp) return instance;
        }

        // One may have ended while another was set up.
        return InUse(attempt).FirstOrDefault(instance => !instance.IsUp);
    }

    /// <summary>Values for parameters, in their order.</summary>
    public object?[] ValuesFor(IReadOnlyList<Binding> needs, Attempt attempt)
    {
        var values = new object?[needs.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = needs[i].Fixture is { } key ? Find(catalog.Fixture(key, attempt.Case), attempt).Value : attempt.BuiltIn(needs[i].BuiltIn!);
        return values;
    }

    /// <summary>All instances that a set of fixtures stands for, needed ones included.</summary>
    public IEnumerable<FixtureInstance> InUse(Attempt attempt) => attempt.Wanted.Select(key => Find(catalog.Fixture(key), attempt));

    /// <summary>As <see cref="InUse"/>, without those that were never reached.</summary>
    public IEnumerable<FixtureInstance> AllFixtures(Attempt attempt)
    {
        foreach (var key in attempt.Wanted)
        {
            if (ScopeOf(catalog.Fixture(key), attempt).TryFind(key, out var instance)) yield return instance;
        }
    }

    public static IReadOnlyList<string> Order(TestCatalog catalog, TestMethod test)
    {
        var ordered = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var all = new List<FixtureDefinition>();
        foreach (var key in test.Class.AutoUse) Collect(key);
        foreach (var key in test.AutoUse) Collect(key);
        if (test.IsInstance) CollectNeeds(test.Class.ConstructorNeeds);
        CollectNeeds(test.Needs);
        // What depends on no cases comes first: it starts under no value's context, and so all of them can start under its.
        all.Sort((a, b) => a.Scope != b.Scope ? (int)b.Scope - (int)a.Scope : HasCases(a) != HasCases(b) ? (HasCases(a) ? 1 : -1) : a.Number - b.Number);
        foreach (var fixture in all) Visit(fixture);
        return ordered;

        // Null for almost all programs.
        bool HasCases(FixtureDefinition fixture) => catalog.Cases is { } cases && cases.BehindOf(fixture.Key).Count > 0;

        void CollectNeeds(IReadOnlyList<Binding> needs)
        {
            foreach (var need in needs)
            {
                if (need.Fixture is { } key) Collect(key);
            }
        }

        void Collect(string key)
        {
            if (!seen.Add(key)) return;
            var fixture = catalog.Fixture(key);
            all.Add(fixture);
            CollectNeeds(fixture.Needs);
        }

        // Dependencies first; a fixture asks only for equal or wider scopes, so scope order holds.
        void Visit(FixtureDefinition fixture)
        {
            if (!seen.Remove(fixture.Key)) return;
            foreach (var need in fixture.Needs)
            {
                if (need.Fixture is { } inner) Visit(catalog.Fixture(inner));
            }

            ordered.Add(fixture.Key);
        }
    }

    /// <summary>Ends a scope that the controller declared over. Nothing happens if nothing lives in it.</summary>
    public async Task<IReadOnlyList<TeardownError>> CloseAsync(FixtureScope kind, string name)
    {
        var scopes = kind == FixtureScope.Class ? _classes : _namespaces;
        return scopes.Remove(name, out var scope) ? await CloseSharedAsync(scope) : [];
    }

    /// <summary>Ends values of fixtures with cases that nobody needs any more: narrow before wide, in reverse order of setup. Those that do not live here are passed over.</summary>
    /// <param name="className">For values of scope Class.</param>
    /// <param name="keys">Their keys.</param>
    public async Task<IReadOnlyList<TeardownError>> CloseAsync(string className, IReadOnlyList<string> keys)
    {
        var errors = new List<TeardownError>();
        var scopes = new List<ScopeInstance>(_namespaces.Values);
        scopes.Sort(static (a, b) => b.Name.Length - a.Name.Length);
        if (_classes.TryGetValue(className, out var type)) scopes.Insert(0, type);
        scopes.Add(Worker);
        var notes = new List<string>();
        foreach (var scope in scopes)
        {
            foreach (var fixture in scope.TakeOut(keys))
            {
                var from = bench.Time.GetTimestamp();
                foreach (var failure in await fixture.TearDownAsync(forCase: -1, IsGivenByOther(fixture), notes))
                    errors.Add(new TeardownError(fixture.Definition.Key + ".teardown", bench.Info.WorkerId, failure));
                if (fixture.HadTeardown) bench.TellTime(fixture.Definition, isTeardown: true, from);
                scope.Forget(fixture);
            }
        }

        foreach (var note in notes) bench.Send(new Message.Note(note));
        return errors;
    }

    /// <summary>Ends everything, narrow before wide, in reverse order of setup.</summary>
    public async Task<IReadOnlyList<TeardownError>> CloseAllAsync()
    {
        var errors = new List<TeardownError>();
        foreach (var scope in _classes.Values.Reverse()) errors.AddRange(await CloseSharedAsync(scope));
        _classes.Clear();
        var namespaces = _namespaces.Values.ToList();
        namespaces.Sort(static (a, b) => b.Name.Length - a.Name.Length);
        foreach (var scope in namespaces) errors.AddRange(await CloseSharedAsync(scope));
        _namespaces.Clear();
        errors.AddRange(await CloseSharedAsync(Worker));
        return errors;
    }

    /// <summary>Tears down what lives in a scope, the exact reverse of its setup; every error is kept.</summary>
    /// <param name="notes">Receives warnings.</param>
    /// <param name="but">These stay up.</param>
    /// <param name="attempt">Whose time it takes; null if it belongs to none.</param>
    public async Task<IReadOnlyList<FailedTeardown>> TearDownAsync(ScopeInstance scope, int forCase, ICollection<string> notes, IReadOnlyList<FixtureInstance> but, Attempt? attempt = null)
    {
        var errors = new List<FailedTeardown>();
        for (var i = scope.Fixtures.Count - 1; i >= 0; i--)
        {
            var fixture = scope.Fixtures[i];
            if (fixture.IsTornDown || but.Contains(fixture)) continue;
            var from = bench.Time.GetTimestamp();
            foreach (var failure in await fixture.TearDownAsync(forCase, IsGivenByOther(fixture), notes)) errors.Add(new FailedTeardown(fixture, failure));
            if (!fixture.HadTeardown) continue;
            if (attempt is not null) attempt.Took(fixture.Definition, isTeardown: true, from);
            else if (forCase < 0) bench.TellTime(fixture.Definition, isTeardown: true, from);
        }

        return errors;
    }

    /// <summary>Ends a scope that several cases share, and its loops.</summary>
    public async Task<IReadOnlyList<TeardownError>> CloseSharedAsync(ScopeInstance scope)
    {
        await scope.WhenFree();
        var notes = new List<string>();
        var errors = (await TearDownAsync(scope, forCase: -1, notes, but: []))
            .Select(e => new TeardownError(e.Fixture.Definition.Key + ".teardown", bench.Info.WorkerId, e.Failure)).ToList();
        foreach (var loop in scope.Loops)
        {
            var report = await loop.CloseAsync();
            var failures = new List<Failure>();
            foreach (var leak in report.Leaks)
            {
                if (leak.Kind == LeakKind.StrayException) failures.Add(new Failure("Stray", $"An exception that nobody could await, in code of '{leak.Owner}': {leak.What}", null));
                else bench.TellOfLeak($"{scope.Kind} '{scope.Name}' left something on its loop: {bench.TextOf(leak)} (of {leak.Owner}).", failures, notes);
            }

            errors.AddRange(failures.Select(f => new TeardownError($"{(scope.Name.Length == 0 ? "global" : scope.Name)}.loop", bench.Info.WorkerId, f)));
        }

        foreach (var note in notes) bench.Send(new Message.Note(note));
        return errors;
    }

    // A value that another live fixture gave belongs to that one, also when that one leaves it alone.
    private bool IsGivenByOther(FixtureInstance fixture) => fixture.Value is { } value && !value.GetType().IsValueType
        && LiveFixtures(fixture.Scope).Any(other => other != fixture && other.IsUp && ReferenceEquals(other.Value, value));

    private IEnumerable<FixtureInstance> LiveFixtures(ScopeInstance scope)
    {
        for (var at = scope; at is not null; at = at.Parent)
        {
            foreach (var fixture in at.Fixtures) yield return fixture;
        }
    }

    private async Task<FixtureInstance> GetAsync(FixtureDefinition definition, Attempt attempt)
    {
        if (definition.Scope == FixtureScope.Run) return await GetOfRunAsync(definition, attempt);
        var scope = ScopeOf(definition, attempt);
        if (!scope.TryFind(definition.Key, out var instance))
        {
            instance = new FixtureInstance(definition.Scope == FixtureScope.Test ? attempt.Bench : bench, definition, scope) { Ready = Task.CompletedTask, Died = definition.Scope == FixtureScope.Test ? attempt.FixtureDied ?? Died : Died, Values = attempt.Scope.Values, KeepsChains = catalog.HasSharedCases };
            scope.Add(instance);
            instance.Ready = SetUpInOrderAsync(instance, attempt);
        }
        else if (!instance.Ready.IsCompleted)
        {
            // Without a limit of its own: whoever sets it up has one.
            bench.Report(attempt.Case.Index.Value, WorkPhase.Setup, definition.Key, TimeSpan.Zero);
        }

        await instance.Ready;
        return instance;
    }

    // Asked for once in a worker. Without a limit here: the controller answers whatever becomes of the host, and the host has the fixture's own limit.
    private async Task<FixtureInstance> GetOfRunAsync(FixtureDefinition definition, Attempt attempt)
    {
        if (!_run.TryFind(definition.Key, out var instance))
        {
            instance = new FixtureInstance(bench, definition, _run) { Ready = Task.CompletedTask, Died = Died };
            _run.Add(instance);
            instance.Ready = AskAsync(instance);
        }

        if (!instance.Ready.IsCompleted) bench.Report(attempt.Case.Index.Value, WorkPhase.Setup, definition.Key, TimeSpan.Zero);
        await instance.Ready;
        return instance;
    }

    private async Task AskAsync(FixtureInstance instance)
    {
        var definition = instance.Definition;
        var asked = new TaskCompletionSource<Message.RunFixtureValue>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked.Add(definition.Key, asked);
        bench.Send(new Message.NeedRunFixture(definition.Key));
        var answer = await asked.Task;
        if (answer.Failure is not null || answer.Skip is not null)
        {
            instance.Stand(null, answer.Failure, answer.Skip);
            return;
        }

        try
        {
            instance.Stand(RunFixtureHost.Read(definition, answer.Value), null, null);
        }
        catch (Exception error)
        {
            // Constructors and properties of the user's records are the user's code.
            instance.Stand(null, Report.SafeText.OfException(error), null);
        }
    }

    private async Task SetUpInOrderAsync(FixtureInstance instance, Attempt attempt)
    {
        await SetUpAsync(instance, attempt);
        instance.Scope.AddInOrder(instance);
    }

    private async Task SetUpAsync(FixtureInstance instance, Attempt attempt)
    {
        var definition = instance.Definition;
        var loop = LoopOf(definition, attempt);
        instance.Begin(loop, definition.Scope == FixtureScope.Test ? attempt.Case.Id : null);
        object?[] arguments = definition.Row < 0 ? [] : definition.Entry.CaseValues(definition.Position, definition.Row);
        var values = new object?[arguments.Length + definition.Needs.Count];
        arguments.CopyTo(values, 0);
        for (var i = 0; i < definition.Needs.Count; i++)
        {
            if (definition.Needs[i].Fixture is { } key)
            {
                var need = await GetAsync(catalog.Fixture(key), attempt);
                if (!need.IsUp)
                {
                    instance.FailAs(need);
                    return;
                }

                values[arguments.Length + i] = need.Value;
                instance.DependOn(need);
            }
            else
            {
                var name = definition.Needs[i].BuiltIn!;
                values[arguments.Length + i] = definition.Scope != FixtureScope.Test ? instance.BuiltIn(name, loop)
                    : name is nameof(TestContext) or nameof(TempDirectory) or nameof(Subtests) or nameof(Patches) ? attempt.BuiltIn(name)
                    : Attempt.IsOfLibrary(name) ? attempt.LibraryValue(name, definition.Entry.Value)
                    : instance.BuiltIn(name, loop);
            }
        }

        if (definition.Scope == FixtureScope.Test)
        {
            attempt.Enter();
            instance.CancelWith(attempt.StopToken);
        }

        Func<Task<object?>>? self = null;
        if (definition.IsInstance)
        {
            if (await SetUpForInstanceAsync(attempt) is { } broken)
            {
                instance.FailAs(broken);
                return;
            }

            self = async () => await InstanceAsync(attempt);
            instance.RunsWith = attempt;
        }

        if (definition.Scope == FixtureScope.Test)
        {
            var begun = bench.Time.GetTimestamp();
            await instance.SetUpAsync(values, self, attempt.Case.Index.Value);
            attempt.Took(definition, isTeardown: false, begun);
            return;
        }

        // What it needs is up by now, so nobody who waits for a turn is waited for by the one who has it.
        var before = instance.Scope.LastSetUp;
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        instance.Scope.LastSetUp = mine.Task;
        try
        {
            if (!before.IsCompleted)
            {
                bench.Report(attempt.Case.Index.Value, WorkPhase.Setup, definition.Key, TimeSpan.Zero);
                await before;
            }

            var from = bench.Time.GetTimestamp();
            await instance.SetUpAsync(values, self, attempt.Case.Index.Value);
            attempt.Took(definition, isTeardown: false, from);
        }
        finally
        {
            mine.SetResult();
        }
    }

    /// <summary>Sets up what the constructor of the test's class asks for.</summary>
    /// <returns>Null when all is up; else the first that is not.</returns>
    private async Task<FixtureInstance?> SetUpForInstanceAsync(Attempt attempt)
    {
        foreach (var need in attempt.Case.Test.Class.ConstructorNeeds)
        {
            if (need.Fixture is { } key && await GetAsync(catalog.Fixture(key, attempt.Case), attempt) is { IsUp: false } broken) return broken;
        }

        return null;
    }

    /// <summary>The test's own object; made when the first thing needs it, when what its constructor asks for is up. The constructor's exception comes out.</summary>
    public async Task<object> InstanceAsync(Attempt attempt) =>
        attempt.Instance ?? await attempt.CreateInstanceAsync(ValuesFor(attempt.Case.Test.Class.ConstructorNeeds, attempt));

    private FixtureInstance Find(FixtureDefinition definition, Attempt attempt) => ScopeOf(definition, attempt).TryFind(definition.Key, out var instance)
        ? instance
        : throw new InvalidOperationException($"This is a bug in Rondo: fixture '{definition.Key}' is asked for before it was set up.");

    private ScopeInstance ScopeOf(FixtureDefinition definition, Attempt attempt) => definition.Scope switch
    {
        FixtureScope.Test => attempt.Scope,
        FixtureScope.Class => Class(attempt.Case.Test.Class),
        FixtureScope.Namespace => Namespace(definition.Namespace),
        FixtureScope.Worker => Worker,
        FixtureScope.Run => _run,
        _ => throw new InvalidOperationException($"This is a bug in Rondo: unknown scope {definition.Scope}."),
    };

    private EventLoop LoopOf(FixtureDefinition definition, Attempt attempt)
    {
        var backend = definition.Backend ?? LoopBackend.SingleThread;
        var scope = definition.LoopScope switch
        {
            null => ScopeOf(definition, attempt),
            LoopScope.Test => attempt.Scope,
            LoopScope.Class => Class(attempt.Case.Test.Class),
            LoopScope.Namespace => Namespace(definition.Namespace),
            LoopScope.Worker => Worker,
            _ => throw new InvalidOperationException($"This is a bug in Rondo: unknown loop scope {definition.LoopScope}."),
        };
        // The test's own fixtures share its time; what outlives the test lives in real time.
        var host = bench.Dispatchers.HostOf(definition, bench.Host);
        if (ReferenceEquals(scope, attempt.Scope) && backend == LoopBackend.SingleThread && definition.Dispatcher is null) return OwnLoop(attempt.Case, scope, host);
        return scope.Loop(backend, null, host);
    }

    /// <summary>The loop a test runs on.</summary>
    public EventLoop LoopOf(PlannedCase planned, ScopeInstance attempt)
    {
        var scope = planned.Marks.LoopScope switch
        {
            null or LoopScope.Test => attempt,
            LoopScope.Class => Class(planned.Test.Class),
            LoopScope.Namespace => Namespace(planned.Test.Class.Namespace),
            LoopScope.Worker => Worker,
            _ => throw new InvalidOperationException($"This is a bug in Rondo: unknown loop scope {planned.Marks.LoopScope}."),
        };
        if (planned.Marks.Backend == LoopBackend.ThreadPool) return scope.Loop(LoopBackend.ThreadPool, null, bench.Host);
        var host = bench.Dispatchers.HostOf(planned.Test, bench.Host);
        return scope == attempt ? OwnLoop(planned, scope, host) : scope.Loop(LoopBackend.SingleThread, VirtualTime.Of(planned), host);
    }

    /// <summary>Those of a set that outlive a test and depend on cases.</summary>
    public IReadOnlyList<FixtureDefinition> SharedValues(IReadOnlyList<string> wanted) =>
        catalog.HasSharedCases ? [.. wanted.Select(key => catalog.Fixture(key)).Where(f => f.IsSpecial && f.Scope != FixtureScope.Test)] : [];

    /// <summary>The fixtures of a set that outlive a test, in order.</summary>
    public IReadOnlyList<string> WiderThanTest(IReadOnlyList<string> wanted) => [.. wanted.Where(key => catalog.Fixture(key).Scope != FixtureScope.Test)];

    // Only a loop that one test has: a shuffled loop keeps a lane for each flow of work until it closes.
    private EventLoop OwnLoop(PlannedCase planned, ScopeInstance scope, LoopHost host) => scope.Loop(
        LoopBackend.SingleThread, VirtualTime.Of(planned), host,
        bench.Options.ReadyOrderSeed is { } seed && planned.Test.Dispatcher is null ? SchedulePolicy.Shuffle(unchecked(seed ^ CaseSeed.Of(planned.Id))) : null);
}

/// <summary>A fixture whose teardown failed.</summary>
internal sealed record FailedTeardown(FixtureInstance Fixture, Failure Failure);
