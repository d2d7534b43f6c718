using System.Net.Sockets;
using System.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Wire;

[TestClass]
public sealed class LinksOverTheLibrarysSockets() : SocketLinkTests(new LibrarySockets());

[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class LinksOverTheSystemsSockets() : SocketLinkTests(new LinuxSockets());

public abstract class SocketLinkTests : MessageLinkContract
{
    private readonly LocalSockets _sockets;

    private protected SocketLinkTests(LocalSockets sockets) => _sockets = sockets;

    private protected override async Task<(IMessageLink Controller, IMessageLink Worker)> ConnectAsync()
    {
        using var listener = WorkerListener.Create(sockets: _sockets);
        var accepting = listener.AcceptAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.CancellationToken);
        var worker = SocketLink.Connect(listener.Address, _sockets);
        return (await accepting, worker);
    }

    [TestMethod]
    public async Task The_controller_does_not_wait_for_a_worker_that_does_not_read()
    {
        var (controller, worker) = await ConnectAsync();
        var text = new string('z', 1_000_000);

        for (var i = 0; i < 30; i++) controller.SendNow(new Message.Note(text));

        for (var i = 0; i < 30; i++) Assert.AreEqual(new Message.Note(text), worker.Receive());
        worker.Dispose();
        controller.Dispose();
    }

    [TestMethod]
    public async Task A_worker_that_dies_inside_a_message_is_an_end_not_an_error()
    {
        using var listener = WorkerListener.Create(sockets: _sockets);
        var accepting = listener.AcceptAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.CancellationToken);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(listener.Address), TestContext.CancellationToken);
        using var controller = await accepting;

        socket.Send([200, 0, 0, 0, (byte)'{']);
        socket.Dispose();

        Assert.IsNull(controller.ReceiveLot());
    }

    [TestMethod]
    public async Task Garbage_on_the_socket_is_an_error_and_ends_the_link()
    {
        using var listener = WorkerListener.Create(sockets: _sockets);
        var accepting = listener.AcceptAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.CancellationToken);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(listener.Address), TestContext.CancellationToken);
        using var controller = await accepting;

        socket.Send(Encoding.UTF8.GetBytes("HELLO, I am a web server"));

        Assert.ThrowsExactly<WireException>(() => controller.ReceiveLot());
        Assert.IsTrue(controller.IsDead);
    }

    [TestMethod]
    public async Task The_socket_is_private_short_and_gone_after_the_accept()
    {
        using var listener = WorkerListener.Create(sockets: _sockets);
        var folder = Path.GetDirectoryName(listener.Address)!;
        var accepting = listener.AcceptAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.CancellationToken);

        Assert.IsLessThan(WorkerListener.MaxAddress, Encoding.UTF8.GetByteCount(listener.Address));
        if (!OperatingSystem.IsWindows()) Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        using var worker = SocketLink.Connect(listener.Address, _sockets);
        using var controller = await accepting;

        Assert.IsFalse(Directory.Exists(folder));
    }

    [TestMethod]
    public async Task A_worker_that_never_comes_is_named_with_the_limit()
    {
        using var listener = WorkerListener.Create(sockets: _sockets);

        var error = await Assert.ThrowsExactlyAsync<WireException>(() => listener.AcceptAsync(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.CancellationToken));

        Assert.AreEqual(WireFault.NoConnection, error.Fault);
        Assert.Contains("within 0.02 s", error.Message);
        Assert.IsFalse(Directory.Exists(Path.GetDirectoryName(listener.Address)));
    }

    [TestMethod]
    public async Task Waiting_for_a_worker_ends_when_it_is_cancelled_or_the_listener_is_closed()
    {
        using var stop = new CancellationTokenSource();
        using var first = WorkerListener.Create(sockets: _sockets);
        using var second = WorkerListener.Create(sockets: _sockets);
        var cancelled = first.AcceptAsync(TimeSpan.FromMinutes(5), TimeProvider.System, stop.Token);
        var closed = second.AcceptAsync(TimeSpan.FromMinutes(5), TimeProvider.System, TestContext.CancellationToken);

        await stop.CancelAsync();
        second.Dispose();

        await Assert.ThrowsAsync<OperationCanceledException>(() => cancelled);
        await Assert.ThrowsAsync<OperationCanceledException>(() => closed);
    }

    [TestMethod]
    public void A_temp_folder_with_a_long_name_is_replaced_by_a_short_one()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("There is no /tmp on Windows.");
        var temp = Directory.CreateTempSubdirectory("rondo-test-");
        var deep = temp.CreateSubdirectory(new string('d', 90)).FullName;

        using var listener = WorkerListener.Create(deep, _sockets);

        Assert.StartsWith("/tmp/rondo-", listener.Address);
        temp.Delete(recursive: true);
    }

    [TestMethod]
    public void Connecting_to_nobody_says_where()
    {
        var error = Assert.ThrowsExactly<WireException>(() => SocketLink.Connect("/tmp/nobody-is-here", _sockets));

        Assert.Contains("'/tmp/nobody-is-here'", error.Message);
        Assert.AreEqual(WireFault.NoConnection, error.Fault);
    }

    [TestMethod]
    public async Task Who_writes_to_a_peer_that_does_not_read_can_be_called_off()
    {
        var (one, other) = await ConnectionsAsync();
        using var stop = new CancellationTokenSource();

        var writing = one.WriteAsync(new byte[10_000_000], stop.Token).AsTask();
        Assert.IsFalse(writing.IsCompleted);
        await stop.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => writing);
        one.Dispose();
        other.Dispose();
    }

    [TestMethod]
    public async Task Who_writes_to_a_peer_that_does_not_read_wakes_when_that_is_gone()
    {
        var (one, other) = await ConnectionsAsync();

        var writing = one.WriteAsync(new byte[10_000_000], TestContext.CancellationToken).AsTask();
        other.Dispose();

        await Assert.ThrowsExactlyAsync<IOException>(() => writing);
        one.Dispose();
    }

    [TestMethod]
    public async Task A_closed_connection_is_refused_to_reader_and_writer()
    {
        var (one, other) = await ConnectionsAsync();
        one.Dispose();
        one.Dispose();
        one.Shutdown();

        foreach (var use in new Func<Task>[] { () => Task.FromResult(one.ReadByte()), () => { one.Write([1]); return Task.CompletedTask; }, () => one.WriteAsync(new byte[1], TestContext.CancellationToken).AsTask() })
        {
            var error = await Assert.ThrowsAsync<Exception>(use);
            Assert.IsTrue(error is IOException or ObjectDisposedException, error.ToString());
        }

        Assert.AreEqual(-1, other.ReadByte());
        other.Dispose();
    }

    [TestMethod]
    public void A_path_that_cannot_be_a_sockets_is_an_error_that_says_so()
    {
        var there = Path.GetTempFileName();

        foreach (var path in new[] { "/tmp/" + new string('x', 200), "/nowhere-at-all/w", there })
        {
            Assert.IsNotEmpty(Assert.ThrowsExactly<IOException>(() => { _sockets.Listen(path); }).Message);
            Assert.IsNotEmpty(Assert.ThrowsExactly<IOException>(() => { _sockets.Connect(path); }).Message);
        }

        File.Delete(there);
    }

    [TestMethod]
    public async Task A_listener_that_is_closed_while_it_waits_says_so()
    {
        var folder = Directory.CreateTempSubdirectory("rondo-test-");
        var listener = _sockets.Listen(Path.Combine(folder.FullName, "w"));
        var accepting = listener.AcceptAsync(TestContext.CancellationToken);

        listener.Dispose();

        var error = await Assert.ThrowsAsync<Exception>(() => accepting);
        Assert.IsTrue(error is IOException or ObjectDisposedException, error.ToString());
        folder.Delete(recursive: true);
    }

    private async Task<(LocalConnection One, LocalConnection Other)> ConnectionsAsync()
    {
        var folder = Directory.CreateTempSubdirectory("rondo-test-");
        using var listener = _sockets.Listen(Path.Combine(folder.FullName, "w"));
        var accepting = listener.AcceptAsync(TestContext.CancellationToken);
        var one = _sockets.Connect(Path.Combine(folder.FullName, "w"));
        var other = await accepting;
        folder.Delete(recursive: true);
        return (one, other);
    }
}
