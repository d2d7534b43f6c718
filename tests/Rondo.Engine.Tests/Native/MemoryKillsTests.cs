using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Native;

namespace Rondo.Engine.Tests.Native;

[TestClass]
public sealed class MemoryKillsTests
{
    private const string Group = "/sys/fs/cgroup/ci/job.7/memory.events";
    private const string Events = "low 0\nhigh 12\nmax 31\noom 2\noom_kill 3\noom_group_kill 9\n";

    private readonly Dictionary<string, string> _files = new() { ["/proc/7/cgroup"] = "0::/ci/job.7\n", ["/proc/8/cgroup"] = "0::/ci/job.7\n", [Group] = Events };

    [TestMethod]
    [DataRow(Events, 3L)]
    [DataRow("oom_kill_disable 0\nunder_oom 0\noom_kill 4\n", 4L)]
    [DataRow("nr_free_pages 1\noom_kill 0\nnuma_hit 7\n", 0L)]
    [DataRow("oom_kill_disable 0\nunder_oom 0\n", null)]
    [DataRow("oom_kill \n", null)]
    [DataRow("oom_kill -1\n", null)]
    [DataRow("", null)]
    public void All_kinds_of_files_tell_the_number_on_the_same_line(string text, long? count)
    {
        var found = MemoryKills.CountIn(text);

        Assert.AreEqual(count, found);
    }

    [TestMethod]
    [DataRow("0::/ci/job:7\n", "/sys/fs/cgroup/ci/job:7/memory.events")]
    [DataRow("0::/\n", "/sys/fs/cgroup/memory.events")]
    [DataRow("5:cpu,cpuacct:/a\n4:memory:/docker/7\n0::/\n", "/sys/fs/cgroup/memory/docker/7/memory.oom_control")]
    [DataRow("4:hugetlb,memory:/\n", "/sys/fs/cgroup/memory/memory.oom_control")]
    public void The_groups_own_file_comes_first_and_the_machines_last(string groups, string first)
    {
        var files = MemoryKills.FilesOf(groups);

        Assert.AreEqual(first, files[0]);
        Assert.AreEqual("/proc/vmstat", files[^1]);
    }

    [TestMethod]
    public void A_count_that_rose_explains_the_end_with_both_numbers()
    {
        var kills = new MemoryKills(_files.GetValueOrDefault);
        var watch = kills.Watch(7)!;
        _files[Group] = Events.Replace("oom_kill 3", "oom_kill 4", StringComparison.Ordinal);

        var why = kills.Explain(watch);

        Assert.AreEqual($"'oom_kill' in '{Group}' rose from 3 to 4 while it ran", why);
    }

    [TestMethod]
    public void A_count_that_stands_explains_nothing()
    {
        var kills = new MemoryKills(_files.GetValueOrDefault);

        var why = kills.Explain(kills.Watch(7)!);

        Assert.IsNull(why);
    }

    [TestMethod]
    public void One_counted_end_explains_one_process_of_the_group()
    {
        var kills = new MemoryKills(_files.GetValueOrDefault);
        var (one, other) = (kills.Watch(7)!, kills.Watch(8)!);
        _files[Group] = Events.Replace("oom_kill 3", "oom_kill 4", StringComparison.Ordinal);

        Assert.IsNotNull(kills.Explain(one));
        Assert.IsNull(kills.Explain(other));
    }

    [TestMethod]
    public void A_process_that_came_after_a_counted_end_needs_one_of_its_own()
    {
        var kills = new MemoryKills(_files.GetValueOrDefault);
        var first = kills.Watch(7)!;
        _files[Group] = Events.Replace("oom_kill 3", "oom_kill 4", StringComparison.Ordinal);
        kills.Explain(first);
        var second = kills.Watch(8)!;
        Assert.IsNull(kills.Explain(second));

        _files[Group] = Events.Replace("oom_kill 3", "oom_kill 5", StringComparison.Ordinal);

        Assert.AreEqual($"'oom_kill' in '{Group}' rose from 4 to 5 while it ran", kills.Explain(second));
    }

    [TestMethod]
    public void Where_the_group_cannot_be_seen_the_machine_is_asked()
    {
        _files.Remove(Group);
        _files["/proc/vmstat"] = "pgpgin 1\noom_kill 10\n";

        var watch = new MemoryKills(_files.GetValueOrDefault).Watch(7);

        Assert.AreEqual(new MemoryWatch("/proc/vmstat", 10, 0), watch);
    }

    [TestMethod]
    public void A_system_that_does_not_count_explains_nothing()
    {
        var kills = new MemoryKills(_ => null);

        Assert.IsNull(kills.Watch(7));
    }
}
