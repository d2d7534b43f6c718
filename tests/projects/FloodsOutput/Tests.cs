using Rondo;

public class Tests
{
    [Test] public void Writes_sixty_megabytes()
    {
        Console.WriteLine("the very first line");
        var line = new string('x', 1023);
        for (var i = 0; i < 60 * 1024; i++) Console.WriteLine(line);
        Console.WriteLine("the very last line");
    }

    [Test] public void Writes_past_the_capture()
    {
        using var raw = Console.OpenStandardOutput();
        var block = new byte[64 * 1024];
        Array.Fill(block, (byte)'y');
        for (var i = 0; i < 60 * 16; i++) raw.Write(block);
    }

    [Test] public void Writes_a_little() => Console.WriteLine("a little");
}
