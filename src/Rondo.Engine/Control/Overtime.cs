using Rondo.Engine.Wire;

namespace Rondo.Engine.Control;

/// <summary>
/// What becomes of a worker whose phase is past its limit. Its own clock judges first, but runs on the loop thread, which the test may hold. So the worker is asked, in
/// rounds of a second, whether its link thread answers, and whether its loop does: a loop that turns is left to its own clock; a process that does not answer at all is starved or
/// paging, not hanging; a link that answers for a loop that does not is a loop that is held.
/// </summary>
/// <remarks>Owner: the controller's event loop.</remarks>
internal sealed class Overtime
{
    /// <summary>The grace that a worker gives code to end after it was cancelled, and so the first round.</summary>
    public static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    /// <summary>Time enough for a link to answer although the machine is busy.</summary>
    public static readonly TimeSpan ShortestRound = TimeSpan.FromMilliseconds(300);

    // Together with the first round: what a worker that cannot be judged gets before it is given up all the same.
    private const int MostRounds = 4;

    private bool _linkAnswered;
    private bool _loopAnswered;

    /// <summary>The question that waits for an answer; answers to earlier ones say nothing about now.</summary>
    public int Question { get; private set; }

    public int Rounds { get; private set; }

    /// <summary>Whose code has the loop's thread, as the worker said in the last round; empty when that is not known.</summary>
    public string Holder { get; private set; } = "";

    /// <summary>A new round begins.</summary>
    /// <param name="question">Its number, which no other question to this worker has.</param>
    public void Ask(int question)
    {
        Question = question;
        Rounds++;
        (_linkAnswered, _loopAnswered, Holder) = (false, false, "");
    }

    public void Hear(Message.Here here)
    {
        if (here.Question != Question) return;
        if (here.IsLoop) _loopAnswered = true;
        else (_linkAnswered, Holder) = (true, here.Holder);
    }

    /// <summary>The last round showed that somebody else holds the loop: it says nothing about this phase, and is not counted.</summary>
    public void ForgetRound() => Rounds--;

    /// <summary>The loop answered in the last round.</summary>
    public bool LoopTurns => _loopAnswered;

    /// <summary>The thread that reads the link answered in the last round, and the loop did not.</summary>
    public bool LoopIsHeld => _linkAnswered && !_loopAnswered;

    /// <summary>The phase came to its end.</summary>
    public void Forget() => Rounds = 0;

    /// <summary>What the last round showed, as part of a sentence.</summary>
    public string Finding => _loopAnswered ? "did not end it, although its loop turns" : _linkAnswered ? "does not answer: its loop thread is busy or blocked" : "does not answer at all: it may be starved of processor or memory";

    /// <summary>The round is over: true when nothing is gained by another.</summary>
    /// <param name="isHolder">If the loop is held, nobody but this phase can hold it.</param>
    public bool IsHopeless(bool isHolder) => Rounds >= MostRounds || (isHolder && LoopIsHeld);
}
