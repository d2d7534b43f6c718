using System.Runtime.InteropServices;
using Shop;

var options = new ShopOptions
{
    Url = args.Length > 0 ? args[0] : "http://127.0.0.1:5080",
    ReceiptDirectory = Path.GetFullPath(args.Length > 1 ? args[1] : "receipts"),
};
await using var server = await ShopServer.StartAsync(options);
Console.WriteLine($"The shop listens on {server.Url} and keeps its receipts in {options.ReceiptDirectory}. Ctrl+C closes it.");

var closing = new TaskCompletionSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Close);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Close);
await closing.Task;

void Close(PosixSignalContext signal)
{
    signal.Cancel = true;
    closing.TrySetResult();
}
