using System.Net;
using System.Net.Sockets;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Worker;

namespace Rondo.Engine.Tests.Worker;

[TestClass]
public sealed class FreePortsTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rondo-ports-test").FullName;

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Workers_of_a_run_never_get_the_same_port_also_when_one_was_replaced()
    {
        List<int> given = [];
        for (var worker = 0; worker < 4; worker++)
        {
            using var ports = Ports("run", "user");
            for (var i = 0; i < 100; i++) given.Add(ports.Take());
        }

        Assert.HasCount(400, given.Distinct().ToList());
    }

    [TestMethod]
    public void Runs_that_go_on_at_once_get_different_ports()
    {
        using FreePorts one = Ports("one", "user"), other = Ports("other", "user");

        int[] given = [.. Enumerable.Range(0, 100).SelectMany(_ => (int[])[one.Take(), other.Take()])];

        Assert.HasCount(200, given.Distinct().ToList());
    }

    [TestMethod]
    public void A_port_that_something_uses_is_passed_over()
    {
        using var ports = new FreePorts(Path.Combine(_folder, "run"), Path.Combine(_folder, "user"), [20_000], port => port is not (20_000 or 20_002));

        Assert.AreEqual("20001 20003", $"{ports.Take()} {ports.Take()}");
    }

    [TestMethod]
    public void At_the_end_of_all_blocks_it_says_so()
    {
        using var ports = new FreePorts(Path.Combine(_folder, "run"), Path.Combine(_folder, "user"), [20_000], _ => false);

        Assert.Contains("[RND3093]", Assert.ThrowsExactly<RondoUsageException>(() => ports.Take()).Message);
    }

    [TestMethod]
    public void What_the_system_gives_by_itself_comes_last_and_nothing_twice()
    {
        var blocks = FreePorts.BlocksFor("89abcdef" + new string('0', 24), (32_768, 60_999)).ToList();

        Assert.HasCount(blocks.Count, blocks.Distinct().ToList());
        var firstOfSystem = blocks.FindIndex(b => b + FreePorts.BlockSize > 32_768 && b <= 60_999);
        Assert.IsTrue(blocks.Skip(firstOfSystem).All(b => b + FreePorts.BlockSize > 32_768 && b <= 60_999));
        Assert.IsGreaterThan(200, firstOfSystem);
        Assert.IsTrue(blocks.All(b => b is >= 10_000 and <= 65_535));
    }

    [TestMethod]
    public void A_port_of_the_machine_can_be_listened_on_and_one_that_is_listened_on_is_not_given()
    {
        var runId = Guid.NewGuid().ToString("N");
        using var ports = FreePorts.OfMachine(runId, _folder);
        var first = ports.Take();
        using var listener = new TcpListener(IPAddress.Loopback, first);
        listener.Start();
        using var busy = new UdpClient(new IPEndPoint(IPAddress.Loopback, first + 1));

        var second = ports.Take();

        Assert.AreNotEqual(first, second);
        Assert.AreNotEqual(first + 1, second);
    }

    private FreePorts Ports(string run, string user) => new(Path.Combine(_folder, run), Path.Combine(_folder, user), FreePorts.BlocksFor(new string('1', 32), (32_768, 60_999)), _ => true);
}
