using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Rondo;

namespace Native;

public class Tests
{
    [Test] public void A_quiet_one() { }

    [Test] public void By_a_system_call()
    {
        Console.WriteLine("by the console");
        Say(1, "by a system call\n");
        Say(2, "to stderr\n");
    }

    [Test] public async Task By_a_child_process()
    {
        var child = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "echo by a child; echo child complains >&2"]))!;
        await child.WaitForExitAsync();
    }

    [Test, Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8)] public void One_after_the_other(int number) => Say(1, $"number {number}\n");

    [Test] public void Another_quiet_one() { }

    [DllImport("libc", EntryPoint = "write")] private static extern nint Write(int to, byte[] bytes, nint count);

    private static void Say(int to, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Expect.Equal(bytes.Length, Write(to, bytes, bytes.Length));
    }
}
