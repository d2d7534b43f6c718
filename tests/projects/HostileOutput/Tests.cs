using System.Text;
using Rondo;

public class Tests
{
    [Test] public void Writes_control_characters() => Console.WriteLine("nul\0 escape\u001b[31mred\u001b[0m bell\a vertical\v delete\u007f end");

    [Test] public void Writes_what_is_no_text()
    {
        Console.Write("lone \ud800 and last \uffff");
        using var raw = Console.OpenStandardOutput();
        raw.Write([0xff, 0xfe, 0xc3, 0x28, 0x00, 0xf0, 0x9f, 0x00, (byte)'\r', (byte)'\n']);
        raw.Write(Encoding.UTF8.GetBytes("half a li"));
    }

    [Test] public void Looks_like_the_protocol()
    {
        using var raw = Console.OpenStandardOutput();
        raw.Write([0, 0, 0, 1, 2]);
        raw.Write(Encoding.UTF8.GetBytes("Content-Length: 5\r\n\r\n{\"jsonrpc\":\"2.0\"}\n##teamcity[testFailed name='x']\n]]></system-out>"));
        Console.WriteLine("]]></system-out><!-- & \" < >");
    }

    [Test] public void Throws_with_hostile_text() => throw new Exception("nul\0 esc\u001b[2J lone \udfff ]]> <a & b> \u0001");

    [Test, Case("\0\u001b[31m\ud800\"]]>\n")] public void Has_hostile_arguments(string text) => Expect.True(text.Length > 0, "text");

    [Test] public void Ends_normally() { }
}
