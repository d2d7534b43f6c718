namespace Rondo.Engine.RunLog;

/// <summary>A recorded run cannot be shown. The message is for people and ends with its code.</summary>
internal sealed class RunLogException : Exception
{
    private RunLogException(string message)
        : base(message)
    {
    }

    public static RunLogException Unreadable(string file, string why) =>
        new($"The run log '{file}' cannot be read: {why} Name a file that --runlog FILE wrote, or .rondo/last-run.jsonl. [RND5010]");

    public static RunLogException OfSeveralPrograms(RecordedRun one, RecordedRun other) =>
        new($"'{one.File}' is the log of a run of '{one.Assembly}' and '{other.File}' of one of '{other.Assembly}': these are no parts of one run. Replay the logs of each test program for itself. [RND5012]");
}
