namespace Rondo.Engine.Control;

/// <summary>A run, or several that are one to whoever asked for it.</summary>
internal interface ITestRun
{
    /// <summary>Runs to the end. Never throws for anything that workers or user code do.</summary>
    /// <param name="hostStop">The host's own cancellation: as one interrupt.</param>
    Task<RunReport> RunAsync(CancellationToken hostStop);

    /// <summary>Asks the run to end: see <see cref="Controller.Interrupt"/>. Any thread.</summary>
    void Interrupt(string by);

    /// <summary>Has the observer told what every worker does now. Any thread.</summary>
    void TellStatus();
}
