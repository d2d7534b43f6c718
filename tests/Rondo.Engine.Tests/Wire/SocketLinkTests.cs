using System.Net.Sockets;
using System.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Wire;

[TestClass]
public sealed class SocketLinkTests : MessageLinkContract
{
    private protected override async Task<(IMessageLink Controller, IMessageLink Worker)> ConnectAsync()
    {
        using var listener = WorkerListener.Create();
        var accepting = listener.AcceptAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.CancellationToken);
        var worker = SocketLink.Connect(listener.Address);
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
        using var listener = WorkerListener.Create();
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
        using var listener = WorkerListener.Create();
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
        using var listener = WorkerListener.Create();
        var folder = Path.GetDirectoryName(listener.Address)!;
        var accepting = listener.AcceptAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.CancellationToken);

        Assert.IsLessThan(WorkerListener.MaxAddress, Encoding.UTF8.GetByteCount(listener.Address));
        if (!OperatingSystem.IsWindows()) Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        using var worker = SocketLink.Connect(listener.Address);
        using var controller = await accepting;

        Assert.IsFalse(Directory.Exists(folder));
    }

    [TestMethod]
    public async Task A_worker_that_never_comes_is_named_with_the_limit()
    {
        using var listener = WorkerListener.Create();

        var error = await Assert.ThrowsExactlyAsync<WireException>(() => listener.AcceptAsync(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.CancellationToken));

        Assert.AreEqual(WireFault.NoConnection, error.Fault);
        Assert.Contains("within 0.02 s", error.Message);
        Assert.IsFalse(Directory.Exists(Path.GetDirectoryName(listener.Address)));
    }

    [TestMethod]
    public async Task Waiting_for_a_worker_ends_when_it_is_cancelled_or_the_listener_is_closed()
    {
        using var stop = new CancellationTokenSource();
        using var first = WorkerListener.Create();
        using var second = WorkerListener.Create();
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

        using var listener = WorkerListener.Create(deep);

        Assert.StartsWith("/tmp/rondo-", listener.Address);
        temp.Delete(recursive: true);
    }

    [TestMethod]
    public void Connecting_to_nobody_says_where()
    {
        var error = Assert.ThrowsExactly<WireException>(() => SocketLink.Connect("/tmp/nobody-is-here"));

        Assert.Contains("'/tmp/nobody-is-here'", error.Message);
        Assert.AreEqual(WireFault.NoConnection, error.Fault);
    }
}
