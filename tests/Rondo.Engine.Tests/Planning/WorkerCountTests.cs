using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;

namespace Rondo.Engine.Tests.Planning;

[TestClass]
public sealed class WorkerCountTests
{
    private static readonly WorkerCountQuestion s_machine = new() { Units = 100, ProcessorCount = 8, MemoryBytes = 64L << 30 };

    [TestMethod]
    [DataRow(null, 8, "8 workers (auto: 8 processors).")]
    [DataRow("auto", 8, "8 workers (auto: 8 processors).")]
    [DataRow("LOGICAL", 8, "8 workers (one for each of 8 logical processors).")]
    [DataRow("4", 4, "4 workers (by -n 4).")]
    [DataRow("1", 1, "1 worker (by -n 1).")]
    [DataRow("200", 200, "200 workers (by -n 200).")]
    [DataRow("0", 0, "In this process, by -n 0.")]
    public void The_option_decides(string? requested, int workers, string reason) => Check(s_machine with { Requested = requested }, workers, reason);

    [TestMethod]
    public void Auto_is_the_least_of_processors_units_and_memory()
    {
        Check(s_machine with { Units = 3 }, 3, "3 workers (auto: 3 units of work).");
        Check(s_machine with { Units = 1 }, 1, "1 worker (auto: 1 unit of work).");
        Check(s_machine with { Units = 0 }, 1, "1 worker (auto: 0 units of work).");
        Check(s_machine with { MemoryBytes = 2L << 30 }, 4, "4 workers (auto: memory of 2048 MiB, at least 512 MiB for a worker).");
        Check(s_machine with { MemoryBytes = 100 << 20 }, 1, "1 worker (auto: memory of 100 MiB, at least 512 MiB for a worker).");
        Check(s_machine with { MemoryBytes = 0 }, 8, "8 workers (auto: 8 processors).");
    }

    [TestMethod]
    public void An_option_that_means_one_worker_overrules_no_number()
    {
        var one = s_machine with { OneBy = "--dist no" };

        Check(one, 1, "1 worker (by --dist no).");
        Check(one with { Requested = "auto", AutoWorkers = "3" }, 1, "1 worker (by --dist no).");
        Check(one with { Requested = "0" }, 0, "In this process, by -n 0.");
        Check(one with { Requested = "4" }, 4, "4 workers (by -n 4).");
    }

    [TestMethod]
    public void Auto_is_one_when_the_recorded_total_is_under_a_second()
    {
        Check(s_machine with { RecordedTotalMs = 999.2 }, 1, "1 worker (auto: all of it took 1000 ms last time, which more workers would not shorten).");
        Check(s_machine with { RecordedTotalMs = 1000 }, 8, "8 workers (auto: 8 processors).");
        Check(s_machine with { RecordedTotalMs = 10, Requested = "4" }, 4, "4 workers (by -n 4).");
    }

    [TestMethod]
    public void A_debugger_brings_auto_into_this_process_but_overrules_no_number()
    {
        Check(s_machine with { HasDebugger = true, AutoWorkers = "3" }, 0, "In this process, because a debugger is attached. Say -n 1 to use a worker all the same.");
        Check(s_machine with { HasDebugger = true, Requested = "2" }, 2, "2 workers (by -n 2).");
    }

    [TestMethod]
    public void The_environment_variable_overrides_only_auto()
    {
        Check(s_machine with { AutoWorkers = "3", Units = 2 }, 3, "3 workers (by RONDO_AUTO_WORKERS=3).");
        Check(s_machine with { AutoWorkers = "0" }, 0, "In this process, by RONDO_AUTO_WORKERS=0.");
        Check(s_machine with { AutoWorkers = "logical", Units = 2 }, 8, "8 workers (one for each of 8 logical processors).");
        Check(s_machine with { AutoWorkers = "auto" }, 8, "8 workers (auto: 8 processors).");
        Check(s_machine with { AutoWorkers = "3", Requested = "5" }, 5, "5 workers (by -n 5).");
    }

    [TestMethod]
    public void Max_processes_limits_every_way()
    {
        Check(s_machine with { MaxProcesses = 2 }, 2, "2 workers (auto: 8 processors, but not more than --maxprocesses 2).");
        Check(s_machine with { MaxProcesses = 2, Requested = "4" }, 2, "2 workers (by -n 4, but not more than --maxprocesses 2).");
        Check(s_machine with { MaxProcesses = 9 }, 8, "8 workers (auto: 8 processors).");
    }

    [TestMethod]
    [DataRow("-1", null, null, "-n is '-1'")]
    [DataRow("many", null, null, "-n is 'many'")]
    [DataRow("", null, null, "-n is ''")]
    [DataRow("1.5", null, null, "-n is '1.5'")]
    [DataRow("10001", null, null, "-n is '10001'")]
    [DataRow("99999999999", null, null, "-n is '99999999999'")]
    [DataRow(null, "x", null, "RONDO_AUTO_WORKERS is 'x'")]
    [DataRow(null, null, 0, "--maxprocesses is 0")]
    public void Bad_values_are_refused_by_name(string? requested, string? auto, int? most, string expected)
    {
        var error = WorkerCount.Decide(s_machine with { Requested = requested, AutoWorkers = auto, MaxProcesses = most }).Error;

        Assert.IsNotNull(error);
        Assert.Contains(expected, error);
        Assert.EndsWith("[RND2003]", error);
        if (requested is not null) Assert.AreEqual(error, WorkerCount.Check(requested));
    }

    private static void Check(WorkerCountQuestion question, int workers, string reason) => Assert.AreEqual(new WorkerCount(workers, reason), WorkerCount.Decide(question));
}
