using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests.Structured;

[TestClass]
public sealed class RandomTreesOnOneThread() : RandomTrees(Place.OneThread);

[TestClass]
public sealed class RandomTreesOnThePool() : RandomTrees(Place.ThreadPool);

[TestClass]
public sealed class RandomTreesWithoutALoop() : RandomTrees(Place.NoLoop);

/// <summary>
/// Trees of groups, scopes and shields, made by chance, with failures and cancellations at random points, from inside and from another thread. Whatever happens, some things hold: the tree ends;
/// nothing runs behind the end of its owner; no failure is lost or told twice; no cancellation gets out of who asked for it; a shield is not reached from outside.
/// </summary>
public abstract class RandomTrees(Place place)
{
    // RONDO_TREE=seed runs one tree again, RONDO_TREES=number more of them.
    static readonly int? s_only = Setting("RONDO_TREE");
    static readonly int s_trees = s_only is null ? Setting("RONDO_TREES") ?? 250 : 1;

    static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int number) ? number : null;

    [TestMethod]
    public async Task What_must_hold_in_every_tree_holds()
    {
        int first = s_only ?? Environment.TickCount;
        for (int i = 0; i < s_trees; i++)
        {
            int seed = first + i;
            try
            {
                await place.RunAsync(() => new Tree(seed).RunAsync());
            }
            catch (Exception error)
            {
                throw new AssertFailedException(string.Create(CultureInfo.InvariantCulture, $"RONDO_TREE={seed}, {Node.Make(new Random(seed), depth: 0)}: {error.Message}"), error);
            }
        }
    }

    [TestMethod]
    public void Trees_do_everything_there_is_to_do()
    {
        var made = Enumerable.Range(0, 200).SelectMany(seed => Node.Make(new Random(seed), depth: 0).All()).Select(node => node.Kind).ToHashSet();

        CollectionAssert.AreEquivalent(Enum.GetValues<Kind>(), made.ToArray());
    }

    enum Kind { FailFast, Collect, FirstSuccess, Scope, MoveOn, FailAfter, Shield, ShortShield, Sequence, InPool, Yield, Fail, WaitForever, CancelAround, Forsworn }

    sealed record Node(Kind Kind, int Number, IReadOnlyList<Node> Inside)
    {
        static readonly Kind[] s_leaves = [Kind.Yield, Kind.Yield, Kind.Yield, Kind.Fail, Kind.WaitForever, Kind.CancelAround, Kind.Forsworn];
        static readonly Kind[] s_branches = [.. Enum.GetValues<Kind>().Where(kind => kind < Kind.Yield)];

        internal static Node Make(Random chance, int depth)
        {
            var kinds = depth == 0 ? s_branches : depth >= 5 || chance.Next(10) < 3 ? s_leaves : s_branches;
            var kind = kinds[chance.Next(kinds.Length)];
            int inside = kind >= Kind.Yield ? 0 : chance.Next(1, 4);
            return new Node(kind, chance.Next(4), [.. Enumerable.Range(0, inside).Select(_ => Make(chance, depth + 1))]);
        }

        public override string ToString() => $"{Kind} {Number}{(Inside.Count == 0 ? "" : $" [{string.Join(", ", Inside)}]")}";

        internal IEnumerable<Node> All() => Inside.SelectMany(node => node.All()).Prepend(this);
    }

    sealed class Injected(int number, bool mayBeForgotten) : Exception($"injected {number}")
    {
        internal bool MayBeForgotten => mayBeForgotten;
    }

    /// <summary>A run of one tree.</summary>
    sealed class Tree
    {
        readonly Node _root;
        readonly Random _chance;
        readonly ConcurrentBag<Injected> _thrown = [];
        readonly ConcurrentDictionary<CancelScope, bool> _scopes = new();
        int _failures;
        int _running;

        internal Tree(int seed)
        {
            _chance = new Random(seed);
            _root = Node.Make(_chance, depth: 0);
        }

        internal async Task RunAsync()
        {
            bool fromOutside = _chance.Next(2) == 0;
            int pauses = _chance.Next(200);
            using var over = new CancellationTokenSource();
            var disturber = fromOutside ? Task.Run(() => Disturb(pauses, over.Token)) : Task.CompletedTask;
            Exception? outcome = null;
            try
            {
                // Whatever waits for ever is ended by this; the disturber does not know it.
                await CancelScope.MoveOnAfterAsync(TimeSpan.FromMilliseconds(3), stop => RunNodeAsync(_root, shielded: null, mayBeForgotten: false, stop));
            }
            catch (Exception error)
            {
                outcome = error;
            }
            await over.CancelAsync();
            await disturber;

            Assert.AreEqual(0, Volatile.Read(ref _running), "Something runs behind the end.");
            Assert.IsNull(CancelScope.Current);
            CheckOutcome(outcome);
        }

        void CheckOutcome(Exception? outcome)
        {
            Assert.IsNotInstanceOfType<OperationCanceledException>(outcome, "A cancellation got out.");
            Exception[] told = outcome switch
            {
                null => [],
                AggregateException many => [.. many.InnerExceptions],
                _ => [outcome],
            };
            foreach (var one in told)
            {
                Assert.IsTrue(one is Injected or TimeoutException or LoopException { Code: "RND3061" }, $"Unexpected: {one}");
                if (outcome is AggregateException) Assert.IsNotNull(one.Data["rondo.child"], "A failure without the name of its child.");
            }
            CollectionAssert.AllItemsAreUnique(told);
            var lost = _thrown.Where(one => !one.MayBeForgotten).Except(told.OfType<Injected>()).Select(one => one.Message).ToList();
            Assert.AreEqual("", string.Join(", ", lost), "Failures were lost.");
        }

        /// <summary>Any of the scopes that are open, at any time, from another thread.</summary>
        void Disturb(int pauses, CancellationToken over)
        {
            for (int i = 0; i < pauses && !over.IsCancellationRequested; i++) Thread.SpinWait(50);
            if (_scopes.Keys.FirstOrDefault() is { } scope) scope.Cancel("disturbed");
        }

        // Each node makes sure that what it started has ended when it does.
        async Task RunNodeAsync(Node node, CancelScope? shielded, bool mayBeForgotten, CancellationToken stop)
        {
            Interlocked.Increment(ref _running);
            try
            {
                await (node.Kind switch
                {
                    Kind.FailFast => RunGroupAsync(node, GroupPolicy.FailFast, shielded, mayBeForgotten),
                    Kind.Collect => RunGroupAsync(node, GroupPolicy.Collect, shielded, mayBeForgotten),
                    Kind.FirstSuccess => RunGroupAsync(node, GroupPolicy.FirstSuccess, shielded, mayBeForgotten: true),
                    Kind.Scope => CancelScope.RunAsync(scope => InScopeAsync(node, scope, shielded, mayBeForgotten)),
                    Kind.MoveOn => CancelScope.MoveOnAfterAsync(TimeSpan.FromMilliseconds(node.Number), inner => InsideAsync(node, shielded, mayBeForgotten, inner)),
                    Kind.FailAfter => CancelScope.FailAfterAsync(TimeSpan.FromMilliseconds(node.Number), inner => InsideAsync(node, shielded, mayBeForgotten, inner)),
                    Kind.Shield => ShieldAsync(node, mayBeForgotten),
                    Kind.ShortShield => CancelScope.ShieldAsync(TimeSpan.FromMilliseconds(1), inner => InsideAsync(node, null, mayBeForgotten, inner)),
                    Kind.InPool => Task.Run(() => InsideAsync(node, shielded, mayBeForgotten, stop)),
                    Kind.Sequence => InsideAsync(node, shielded, mayBeForgotten, stop),
                    _ => LeafAsync(node, shielded, mayBeForgotten, stop),
                });
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        }

        async Task RunGroupAsync(Node node, GroupPolicy policy, CancelScope? shielded, bool mayBeForgotten)
        {
            int running = 0;
            try
            {
                await TaskGroup.RunAsync(async group =>
                {
                    var scope = CancelScope.Current!;
                    _scopes[scope] = true;
                    foreach (var one in node.Inside)
                    {
                        Task Child(CancellationToken stop) => CountedAsync(() => RunNodeAsync(one, shielded, mayBeForgotten, stop));
                        switch ((one.Number + node.Number) % 4)
                        {
                            case 0:
                                group.StartBackground(Child);
                                break;
                            case 1:
                                // Told to the starter, which is the body, which is told to the group. A child that fails before is not ready.
                                await group.StartAndWaitReadyAsync<int>(async (ready, stop) =>
                                {
                                    if (one.Number > 1) ready(1);
                                    await Child(stop);
                                    if (one.Number <= 1) ready(1);
                                });
                                break;
                            default:
                                _ = group.Start(Child);
                                break;
                        }
                        await Task.Yield();
                    }
                }, policy);
            }
            finally
            {
                Assert.AreEqual(0, Volatile.Read(ref running), "A child runs behind the end of its group.");
            }

            async Task CountedAsync(Func<Task> child)
            {
                Interlocked.Increment(ref running);
                try { await child(); }
                finally { Interlocked.Decrement(ref running); }
            }
        }

        async Task ShieldAsync(Node node, bool mayBeForgotten) => await CancelScope.ShieldAsync(Wait.Never, async stop =>
        {
            // Only who is inside knows this shield, so nobody else can have cancelled it. What waits in it for ever needs an end of its own.
            var shield = CancelScope.Current!;
            await CancelScope.MoveOnAfterAsync(TimeSpan.FromMilliseconds(2), inner => InsideAsync(node, shield, mayBeForgotten, inner));
            Assert.IsFalse(stop.IsCancellationRequested, "A shield was cancelled from outside.");
        });

        async Task InScopeAsync(Node node, CancelScope scope, CancelScope? shielded, bool mayBeForgotten)
        {
            _scopes[scope] = true;
            await InsideAsync(node, shielded, mayBeForgotten, scope.Token);
        }

        async Task InsideAsync(Node node, CancelScope? shielded, bool mayBeForgotten, CancellationToken stop)
        {
            foreach (var one in node.Inside) await RunNodeAsync(one, shielded, mayBeForgotten, stop);
        }

        async Task LeafAsync(Node node, CancelScope? shielded, bool mayBeForgotten, CancellationToken stop)
        {
            if (shielded is not null) Assert.IsNull(shielded.Reason, "A shield was cancelled from outside.");
            switch (node.Kind)
            {
                case Kind.Fail:
                    await Task.Yield();
                    var injected = new Injected(Interlocked.Increment(ref _failures), mayBeForgotten);
                    _thrown.Add(injected);
                    throw injected;
                case Kind.WaitForever:
                    await Wait.Forever(stop);
                    Assert.Fail("What waits for ever went on.");
                    break;
                case Kind.CancelAround:
                    CancelScope.Current!.Cancel("from inside");
                    Assert.IsTrue(stop.IsCancellationRequested, "The token is not that of the scope around.");
                    stop.ThrowIfCancellationRequested();
                    break;
                case Kind.Forsworn:
                    // Looks at no token.
                    for (int i = 0; i < node.Number; i++) await Task.Yield();
                    break;
                default:
                    for (int i = 0; i <= node.Number; i++)
                    {
                        await Task.Yield();
                        stop.ThrowIfCancellationRequested();
                    }
                    break;
            }
        }
    }
}
