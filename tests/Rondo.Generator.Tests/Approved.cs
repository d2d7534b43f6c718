using System.Runtime.CompilerServices;

namespace Rondo.Generator.Tests;

/// <summary>Compares text with an approved file. A failing comparison leaves what it got beside it; to approve, rename that file.</summary>
internal static class Approved
{
    public static void Matches(string name, string text, [CallerFilePath] string here = "")
    {
        var approved = Path.Combine(Path.GetDirectoryName(here)!, "Approved", name + ".txt");
        var received = Path.Combine(Path.GetDirectoryName(here)!, "Approved", name + ".received.txt");
        var expected = File.Exists(approved) ? File.ReadAllText(approved) : "";
        if (expected == text)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, text);
        Assert.Fail($"The generated text differs from the approved one. Compare, and if it is right: mv '{received}' '{approved}'");
    }
}
