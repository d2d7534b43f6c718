using System.Diagnostics;
using System.Globalization;
using Microsoft.Testing.Platform.CommandLine;
using Microsoft.Testing.Platform.Extensions.Messages;
using Microsoft.Testing.Platform.Extensions.OutputDevice;
using Microsoft.Testing.Platform.Extensions.TestFramework;
using Microsoft.Testing.Platform.OutputDevice;
using Microsoft.Testing.Platform.Requests;
using Microsoft.Testing.Platform.Services;
using Rondo.Catalog;
using Rondo.Engine.Control;
using Rondo.Engine.Hosting;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Hosting;

namespace Rondo.Adapter;

/// <summary>The platform's view of Rondo. IDEs make a new one for every request, so nothing that outlives a request is kept here.</summary>
internal sealed class RondoFramework : RondoExtension, ITestFramework, IDataProducer, IOutputDeviceDataProducer
{
    private static readonly Lazy<TestCatalog> s_catalog = new(() => TestCatalog.Read(CatalogRegistry.All));

    private readonly RondoCapabilities _capabilities;
    private readonly ICommandLineOptions _commandLine;
    private readonly IOutputDevice _output;
    private readonly Settings _settings;
    private bool _isMisconfigured;
    private Replay? _replay;

    public RondoFramework(RondoCapabilities capabilities, IServiceProvider services)
    {
        _capabilities = capabilities;
        _commandLine = services.GetCommandLineOptions();
        _output = services.GetOutputDevice();
        _settings = new Settings(_commandLine, services.GetConfiguration());
    }

    public Type[] DataTypesProduced { get; } = [typeof(TestNodeUpdateMessage), typeof(SessionFileArtifact)];

    public Task<CreateTestSessionResult> CreateTestSessionAsync(CreateTestSessionContext context)
    {
        var complaints = _settings.Complaints();
        if (complaints.Count == 0 && Unreadable() is { } unreadable) complaints = [unreadable];
        if (complaints.Count == 0 && _settings.Texts(RondoOptions.Replay) is { Count: > 0 } logs && Replay.Read(logs, s_catalog.Value, _settings.IsOn(RondoOptions.FailOnFlaky), out _replay) is { } complaint) complaints = [complaint];
        _isMisconfigured = complaints.Count > 0;
        if (_isMisconfigured && !IsServerOfAnIde) ExitCodes.ReportMisconfiguration();
        return Task.FromResult(new CreateTestSessionResult { IsSuccess = !_isMisconfigured, ErrorMessage = _isMisconfigured ? string.Join(Environment.NewLine, complaints) : null });
    }

    // A generated catalog is always there; one made by reflection needs every type of the program.
    private static string? Unreadable()
    {
        try
        {
            _ = s_catalog.Value;
            return null;
        }
        catch (RondoUsageException error)
        {
            return error.Message;
        }
    }

    public Task<CloseTestSessionResult> CloseTestSessionAsync(CloseTestSessionContext context) => Task.FromResult(new CloseTestSessionResult { IsSuccess = true });

    public async Task ExecuteRequestAsync(ExecuteRequestContext context)
    {
        try
        {
            // The platform asks all the same after a session that could not be made; its exit code says so.
            if (_isMisconfigured) return;
            switch (context.Request)
            {
                case DiscoverTestExecutionRequest discover:
                    await DiscoverAsync(context, discover).ConfigureAwait(false);
                    break;
                case RunTestExecutionRequest run:
                    await RunAsync(context, run).ConfigureAwait(false);
                    break;
                default:
                    throw new NotSupportedException($"Rondo can list tests and run them, but the platform asked for a {context.Request.GetType().Name}. An extension of the platform that Rondo does not know sent it: update Rondo, or remove that extension. [RND5080]");
            }
        }
        finally
        {
            context.Complete();
        }
    }

    private async Task DiscoverAsync(ExecuteRequestContext context, DiscoverTestExecutionRequest discover)
    {
        var request = RequestBuilder.Build(_settings, discover.Filter);
        var nodes = NodesFor(request);
        var publisher = Publisher(context, nodes, request, saysNotes: true);
        var publishing = publisher.RunAsync();
        try
        {
            var plan = await Runs.Create(s_catalog.Value, request, publisher, hostTalksBySockets: _commandLine.IsOptionSet("server")).DiscoverAsync(context.CancellationToken).ConfigureAwait(false);
            foreach (var planned in plan.Cases)
            {
                await context.MessageBus.PublishAsync(this, new TestNodeUpdateMessage(discover.Session.SessionUid, nodes.Discovered(planned))).ConfigureAwait(false);
            }
        }
        finally
        {
            publisher.Complete();
            await publishing.ConfigureAwait(false);
        }
    }

    // As a listing has it: rows of data sources are read, and no test runs.
    private async Task ListAsync(ExecuteRequestContext context, RunTestExecutionRequest run, Func<Controller, Task<string?>> textOf, bool withOverrides = true)
    {
        var request = RequestBuilder.Build(_settings, run.Filter);
        if (!withOverrides) request = request with { Overrides = [] };
        var publisher = Publisher(context, NodesFor(request), request, saysNotes: true);
        var publishing = publisher.RunAsync();
        try
        {
            var text = await textOf(Runs.Create(s_catalog.Value, request, publisher, hostTalksBySockets: _commandLine.IsOptionSet("server"))).ConfigureAwait(false);
            if (text is null) return;
            await SayAsync(text.TrimEnd()).ConfigureAwait(false);
            ExitCodes.ReportListing();
        }
        finally
        {
            publisher.Complete();
            await publishing.ConfigureAwait(false);
        }
    }

    private async Task RunAsync(ExecuteRequestContext context, RunTestExecutionRequest run)
    {
        if (_settings.IsOn(RondoOptions.Fixtures))
        {
            await SayAsync(FixtureListing.Of(s_catalog.Value).TrimEnd()).ConfigureAwait(false);
            ExitCodes.ReportListing();
            return;
        }

        if (_settings.IsOn(RondoOptions.SetupPlan))
        {
            await ListAsync(context, run, async c => SetupPlan.Of(await c.DiscoverAsync(context.CancellationToken).ConfigureAwait(false), s_catalog.Value)).ConfigureAwait(false);
            return;
        }

        if (_settings.IsOn(RondoOptions.ShowSettings))
        {
            var selectsAll = RequestBuilder.Build(_settings, run.Filter).Selection.IsAll;
            await ListAsync(context, run, async c => SettingsListing.Of(_settings, await c.DiscoverAsync(context.CancellationToken).ConfigureAwait(false), selectsAll), withOverrides: false).ConfigureAwait(false);
            return;
        }

        if (_settings.IsOn(RondoOptions.Plan))
        {
            await ListAsync(context, run, async c => await c.DivideAsync(context.CancellationToken).ConfigureAwait(false) is { } division ? DivisionText.Of(division) : null).ConfigureAwait(false);
            return;
        }

        var display = Display();
        var request = RequestBuilder.Build(_settings, run.Filter) with { LookEvery = display?.LookEvery };
        if (_replay is not null)
        {
            await ReplayAsync(context, _replay, request).ConfigureAwait(false);
            return;
        }

        var publisher = Publisher(context, NodesFor(request), request, saysNotes: false, display);
        var wanted = Runs.CreateRun(s_catalog.Value, request, publisher, hostTalksBySockets: _commandLine.IsOptionSet("server"));

        // Until the end of this block signals are this run's business; afterwards they are the platform's again.
        using var interrupted = Interrupts.BeginRun(Tell, wanted.Interrupt);
        _capabilities.Run = interrupted;
        using var asked = StatusRequests.Begin(wanted.TellStatus, hearsKeys: ConsoleOf.Kind == ConsoleKind.Terminal && request.Workers != "0" && !Console.IsInputRedirected);
        using var cancelled = context.CancellationToken.Register(() => interrupted.Ask("the platform", Urgency.Now));
        ExitGuard.Arm(userCodeRunsHere: request.Workers == "0" || Debugger.IsAttached);
        var publishing = publisher.RunAsync();
        RunReport report;
        try
        {
            report = await wanted.RunAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            publisher.Complete();
            await publishing.ConfigureAwait(false);
            _capabilities.Run = null;
        }

        await EndAsync(context, request, report).ConfigureAwait(false);
    }

    // Nothing runs: the recorded results take the way that results take.
    private async Task ReplayAsync(ExecuteRequestContext context, Replay replay, RunRequest request)
    {
        // A default of a file is for the logs of runs, and would put one where that of a run is.
        request = replay.AsRecorded(request) with { RunLogFile = _settings.IsOnCommandLine(RondoOptions.RunLog) ? request.RunLogFile : null };
        var publisher = Publisher(context, NodesFor(request), request, saysNotes: false);
        var publishing = publisher.RunAsync();
        try
        {
            replay.Show(publisher);
        }
        finally
        {
            publisher.Complete();
            await publishing.ConfigureAwait(false);
        }

        await EndAsync(context, request, replay.WriteReports(request)).ConfigureAwait(false);
    }

    private async Task EndAsync(ExecuteRequestContext context, RunRequest request, RunReport report)
    {
        await PublishFileAsync(context, request.JUnitFile, "JUnit report").ConfigureAwait(false);
        await PublishFileAsync(context, request.TimelineFile, "Timeline").ConfigureAwait(false);
        await PublishFileAsync(context, request.RunLogFile, "Run log").ConfigureAwait(false);
        if (!IsServerOfAnIde)
        {
            if (report.MayBeEmpty) ExitCodes.ReportNothingToRun();
            ExitCodes.Report(report.ExitCode, Ignored());
        }

        await SayAsync(RunSummary.Of(report, request.Durations).TrimEnd()).ConfigureAwait(false);
    }

    // In server mode the process outlives many runs and its exit code says nothing about them.
    private bool IsServerOfAnIde => _commandLine.IsOptionSet("server") && (!_commandLine.TryGetOptionArgumentList("server", out var protocol) || protocol is not ["dotnettestcli", ..]);

    private string? Ignored() => _commandLine.TryGetOptionArgumentList("ignore-exit-code", out var codes) && codes.Length > 0 ? codes[0] : null;

    private Nodes NodesFor(RunRequest request)
    {
        var shown = request.Seed ?? request.ReadyOrderSeed;
        string[] seeded = shown is { } seed ? ["--seed", seed.ToString(CultureInfo.InvariantCulture)] : [];
        string[] shuffled = request.ReadyOrderSeed is null ? [] : ["--ready-order", "random"];
        return new Nodes(_capabilities.Trx, new RerunCommand([.. request.Command, .. seeded, .. shuffled], ShellQuote.Here), shown, everyAttempt: !_commandLine.IsOptionSet("server"));
    }

    private RunPublisher Publisher(ExecuteRequestContext context, Nodes nodes, RunRequest request, bool saysNotes, NowDisplay? display = null) => new(
        nodes,
        request.Selection.Ids,
        (node, parent) => context.MessageBus.PublishAsync(this, new TestNodeUpdateMessage(context.Request.Session.SessionUid, node, parent is null ? null : new TestNodeUid(parent))),
        SayAsync,
        saysNotes,
        request.Schedule,
        display,
        // Unless an extension wants to know who ran when the process died.
        hidesRunning: display is { ShowsCases: true } && !_commandLine.IsOptionSet("hangdump") && !_commandLine.IsOptionSet("crashdump"));

    // Nothing is made for a client: it shows the nodes of tests that run.
    private NowDisplay? Display() => _commandLine.IsOptionSet("server") ? null : ConsoleOf.Kind switch
    {
        ConsoleKind.Terminal => new TerminalNow((key, line) => _output.DisplayAsync(this, new ProgressMessageOutputDeviceData(key, line), CancellationToken.None), TerminalNow.Window),
        _ => new LogNow(_settings.Duration(RondoOptions.Heartbeat) ?? LogNow.DefaultSilence, SayAsync),
    };

    private async Task PublishFileAsync(ExecuteRequestContext context, string? path, string name)
    {
        if (path is null || !File.Exists(path)) return;
        await context.MessageBus.PublishAsync(this, new SessionFileArtifact(context.Request.Session.SessionUid, new FileInfo(path), name)).ConfigureAwait(false);
    }

    // Not with the request's token: what is said after a cancellation is said because of it.
    private async Task SayAsync(string text)
    {
        try
        {
            await _output.DisplayAsync(this, new FormattedTextOutputDeviceData(text), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (LostConsole.IsCause(error))
        {
            // If the platform meets it first, it ends for it when everything else is done (RondoApplication).
            LostConsole.Silence(error);
        }
    }

    // On the signal's own thread.
    private void Tell(Urgency urgency, string by) => _ = SayAsync(urgency == Urgency.Finish
        ? by == "Ctrl-C"
            ? $"Rondo: {by}: finishing the tests that are running. Once more cancels them."
            : $"Rondo: {by}: finishing the tests that are running; what still runs in {Interruption.MomentAfterSigTerm.TotalSeconds:0} s is cancelled. Once more cancels it now."
        : $"Rondo: {by}: cancelling the tests that are running. Once more ends the process without a report.");
}
