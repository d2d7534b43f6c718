using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Control;

/// <summary>Who is answered what, and when the host begins and ends: without a process.</summary>
[TestClass]
public sealed class RunFixturesTests
{
    private static readonly WorkerEnd s_killed = new(null, 9);
    private static readonly WorkerEnd s_exited = new(43, null);

    private readonly Keeper _keeper = new();

    [TestMethod]
    public void The_host_is_started_by_the_first_who_asks_and_each_fixture_is_set_up_once()
    {
        var (a, b) = (_keeper.NewWorker(0), _keeper.NewWorker(1));

        _keeper.Fixtures.Need(a, "K");
        Assert.AreEqual(SeatState.Starting, _keeper.Hosts.Single().State);
        _keeper.Fixtures.Need(b, "K");
        _keeper.Fixtures.Need(b, "L");
        _keeper.Begin();
        _keeper.Answers("K", "k");
        _keeper.Fixtures.Need(a, "K");

        CollectionAssert.AreEqual((string[])["K", "L"], _keeper.SetUps);
        Assert.AreEqual("K=k K=k", _keeper.Heard(a));
        Assert.AreEqual("K=k", _keeper.Heard(b));
    }

    [TestMethod]
    public void A_failure_and_a_skip_are_answers_and_stay()
    {
        var a = _keeper.NewWorker(0);
        _keeper.Fixtures.Need(a, "K");
        _keeper.Fixtures.Need(a, "L");
        _keeper.Begin();

        _keeper.Fixtures.Ready(new Message.RunFixtureReady("K", "", new Failure("X", "no", null), null));
        _keeper.Fixtures.Ready(new Message.RunFixtureReady("L", "", null, "not today"));
        _keeper.Fixtures.Need(a, "K");

        Assert.AreEqual("K!no L?not today K!no", _keeper.Heard(a));
    }

    [TestMethod]
    public void The_host_ends_after_the_last_who_asked()
    {
        var (a, b) = (_keeper.NewWorker(0), _keeper.NewWorker(1));
        _keeper.Fixtures.Need(a, "K");
        _keeper.Begin();
        _keeper.Answers("K", "k");
        b.State = SeatState.Gone;

        _keeper.Fixtures.FinishIfUnused();
        Assert.IsEmpty(_keeper.Finished);
        _keeper.IsDone = true;
        _keeper.Fixtures.FinishIfUnused();
        Assert.IsEmpty(_keeper.Finished, "a worker may still tear down what it made of the value");
        a.State = SeatState.Gone;
        _keeper.Fixtures.FinishIfUnused();

        Assert.AreSame(_keeper.Hosts[0], _keeper.Finished.Single());
    }

    [TestMethod]
    public void A_host_that_nobody_waits_for_any_more_is_not_waited_for()
    {
        var a = _keeper.NewWorker(0);
        _keeper.Fixtures.Need(a, "K");
        (_keeper.IsEnding, a.State) = (true, SeatState.Gone);

        _keeper.Fixtures.FinishIfUnused();

        Assert.AreSame(_keeper.Hosts[0], _keeper.Killed.Single());
    }

    [TestMethod]
    public void When_the_host_dies_its_values_are_lost_and_a_new_one_serves_what_is_asked_later()
    {
        var (a, b, c) = (_keeper.NewWorker(0), _keeper.NewWorker(1), _keeper.NewWorker(2));
        _keeper.Fixtures.Need(a, "K");
        _keeper.Begin();
        _keeper.Answers("K", "k");
        _keeper.Fixtures.Need(b, "L");

        _keeper.HostDies(s_killed);
        Assert.AreEqual("K=k -K(lost)", _keeper.Heard(a));
        Assert.AreEqual("-K(lost)", _keeper.Heard(b), "b waits on: it had nothing of the dead one");
        Assert.AreEqual("K.teardown", _keeper.TeardownErrors.Single());
        _keeper.Begin();
        _keeper.Answers("L", "l");
        _keeper.Fixtures.Need(c, "K");
        _keeper.Answers("K", "again");

        Assert.AreEqual("-K(lost) L=l", _keeper.Heard(b));
        Assert.AreEqual("K=again", _keeper.Heard(c));
        Assert.HasCount(2, _keeper.Hosts);
    }

    [TestMethod]
    public void There_is_no_third_host()
    {
        var a = _keeper.NewWorker(0);
        for (var i = 0; i < 2; i++)
        {
            _keeper.Fixtures.Need(a, "K");
            _keeper.Begin();
            _keeper.Answers("K", "k");
            _keeper.HostDies(s_killed);
        }

        _keeper.Fixtures.Need(a, "K");
        _keeper.Fixtures.Need(a, "L");

        Assert.HasCount(2, _keeper.Hosts);
        Assert.Contains("there is no third", _keeper.Heard(a));
        Assert.Contains("L!", _keeper.Heard(a));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_setup_that_ends_its_process_itself_is_not_tried_again_and_one_that_was_killed_is(bool fromOutside)
    {
        var (a, b) = (_keeper.NewWorker(0), _keeper.NewWorker(1));
        _keeper.Fixtures.Need(a, "K");
        _keeper.Begin();
        _keeper.Hosts[0].WorksForNoCase(new Message.Working(-1, WorkPhase.Setup, "K", 1000));

        _keeper.HostDies(fromOutside ? s_killed : s_exited);
        _keeper.Fixtures.Need(b, "K");

        Assert.Contains("in the setup of fixture 'K'", _keeper.Heard(a));
        Assert.AreEqual(fromOutside, _keeper.Heard(a).EndsWith("(lost)", StringComparison.Ordinal));
        Assert.HasCount(fromOutside ? 2 : 1, _keeper.Hosts);
        Assert.AreEqual(fromOutside ? "" : _keeper.Heard(a), _keeper.Heard(b));
    }

    [TestMethod]
    public void A_host_that_cannot_be_started_fails_who_waits_after_three_tries()
    {
        var a = _keeper.NewWorker(0);
        _keeper.Fixtures.Need(a, "K");
        for (var i = 0; i < 3; i++)
        {
            Assert.AreEqual("", _keeper.Heard(a));
            _keeper.Hosts[^1].State = SeatState.Gone;
            _keeper.Fixtures.StartFailed("It would not.");
        }

        _keeper.Fixtures.Need(a, "L");

        Assert.HasCount(3, _keeper.Hosts);
        Assert.Contains("K!The process that holds", _keeper.Heard(a));
        Assert.Contains("L!The process that holds", _keeper.Heard(a));
    }

    [TestMethod]
    public void One_that_ends_early_fails_those_who_use_it_and_those_who_ask_later()
    {
        var (a, b) = (_keeper.NewWorker(0), _keeper.NewWorker(1));
        _keeper.Fixtures.Need(a, "K");
        _keeper.Begin();
        _keeper.Answers("K", "k");

        _keeper.Fixtures.Ended("K", new Failure("X", "over", null));
        _keeper.Fixtures.Need(b, "K");

        Assert.AreEqual("K=k -K", _keeper.Heard(a));
        Assert.AreEqual("K!over", _keeper.Heard(b));
        Assert.HasCount(1, _keeper.Hosts);
    }

    [TestMethod]
    public void Nothing_is_started_for_a_run_that_ends()
    {
        var (a, b) = (_keeper.NewWorker(0), _keeper.NewWorker(1));
        _keeper.Fixtures.Need(a, "K");
        _keeper.Begin();
        _keeper.Answers("K", "k");
        _keeper.Fixtures.Need(b, "L");
        _keeper.IsEnding = true;

        _keeper.HostDies(s_killed);

        Assert.HasCount(1, _keeper.Hosts);
        Assert.Contains("L!", _keeper.Heard(b));
    }

    [TestMethod]
    public void A_host_that_dies_in_a_teardown_is_told_of()
    {
        var a = _keeper.NewWorker(0);
        _keeper.Fixtures.Need(a, "K");
        _keeper.Begin();
        _keeper.Answers("K", "k");
        (_keeper.IsDone, a.State) = (true, SeatState.Gone);
        _keeper.Fixtures.FinishIfUnused();
        _keeper.Hosts[0].WorksForNoCase(new Message.Working(-1, WorkPhase.Teardown, "K", 1000));

        _keeper.HostDies(s_exited);

        Assert.AreEqual("K.teardown", _keeper.TeardownErrors.Single());
    }

    private sealed class Keeper : IRunFixtureKeeper
    {
        private readonly Dictionary<Seat, List<Message>> _told = [];

        public Keeper() => Fixtures = new RunFixtures(this);

        public RunFixtures Fixtures { get; }

        public bool IsEnding { get; set; }

        public bool IsDone { get; set; }

        public List<Seat> Hosts { get; } = [];

        public List<Seat> Finished { get; } = [];

        public List<Seat> Killed { get; } = [];

        public List<string> TeardownErrors { get; } = [];

        public string[] SetUps => [.. Hosts.SelectMany(h => _told[h]).OfType<Message.SetUpRunFixture>().Select(m => m.Key)];

        public Seat NewWorker(int number) => NewSeat(new WorkerNumber(number), isHost: false);

        public Seat StartHost(int earlier)
        {
            Hosts.Add(NewSeat(WorkerNumber.Host(earlier), isHost: true));
            return Hosts[^1];
        }

        public void Begin()
        {
            Hosts[^1].State = SeatState.Ready;
            Fixtures.HostIsReady();
        }

        public void Answers(string key, string value) => Fixtures.Ready(new Message.RunFixtureReady(key, value, null, null));

        public void HostDies(WorkerEnd end)
        {
            var state = Hosts[^1].State;
            Hosts[^1].State = SeatState.Gone;
            Fixtures.Buried(Hosts[^1], state, end, "");
        }

        public string Heard(Seat seat) => string.Join(' ', _told[seat].Select(m => m switch
        {
            Message.RunFixtureValue value => value.Key + (value.Failure is { } failure ? "!" + failure.Message : value.Skip is { } skip ? "?" + skip : "=" + value.Value) + (value.IsLost ? "(lost)" : ""),
            Message.RunFixturesLost lost => "-" + string.Join(',', lost.Keys) + (lost.IsLost ? "(lost)" : ""),
            _ => m.GetType().Name,
        }));

        public void Tell(Seat seat, Message message) => _told[seat].Add(message);

        public void Finish(Seat seat)
        {
            seat.State = SeatState.Finishing;
            Finished.Add(seat);
        }

        public void Kill(Seat seat, string why) => Killed.Add(seat);

        public void AddTeardownError(string id, WorkerNumber worker, Failure failure) => TeardownErrors.Add(id);

        public void EndedEarly(Seat seat, string when)
        {
        }

        public void Note(string text)
        {
        }

        public void FailWaiting(Seat seat, LiveCase running, string fixture, Failure failure)
        {
        }

        private Seat NewSeat(WorkerNumber number, bool isHost)
        {
            var seat = new Seat(new Mute(number), "", TimeProvider.System) { IsHost = isHost };
            _told.Add(seat, []);
            return seat;
        }
    }

    private sealed class Mute(WorkerNumber number) : WorkerHandle(number)
    {
        public override int? ProcessId => 4711;

        public override string OutputTail => "";

        public override string ErrorTail => "";

        public override bool IsStopped => false;

        public override Task<IMessageLink> StartAsync(CancellationToken stop) => throw new NotSupportedException();

        public override void Kill()
        {
        }

        public override Task<WorkerEnd> EndedAsync() => throw new NotSupportedException();
    }
}
