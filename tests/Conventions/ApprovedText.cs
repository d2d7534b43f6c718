namespace Rondo.Conventions;

/// <summary>Compares a text with the one that was approved. What differs is written beside it, to be read and approved by renaming.</summary>
internal static class ApprovedText
{
    /// <returns>Null when they are the same; else what differs and how to approve it.</returns>
    public static string? Compare(string approvedFile, string text)
    {
        var received = Path.ChangeExtension(approvedFile, ".received.txt");
        var approved = File.Exists(approvedFile) ? File.ReadAllText(approvedFile).ReplaceLineEndings("\n") : "";
        if (approved == text)
        {
            File.Delete(received);
            return null;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(approvedFile)!);
        File.WriteAllText(received, text);
        return $"'{Path.GetFileName(approvedFile)}' is not what was approved:\n{Difference(approved, text)}\nRead it. If the change is meant: mv '{received}' '{approvedFile}'";
    }

    /// <summary>Lines that went (-) and came (+), in the order of the texts. Public surfaces are sorted, so equal lines between are not needed to read it.</summary>
    private static string Difference(string approved, string text)
    {
        string[] old = approved.Split('\n'), now = text.Split('\n');
        var common = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = now.Length - 1; j >= 0; j--) common[i, j] = old[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        var lines = new List<string>();
        for (int i = 0, j = 0; i < old.Length || j < now.Length;)
        {
            if (i < old.Length && j < now.Length && old[i] == now[j]) (i, j) = (i + 1, j + 1);
            else if (i < old.Length && (j == now.Length || common[i + 1, j] >= common[i, j + 1])) lines.Add("- " + old[i++]);
            else lines.Add("+ " + now[j++]);
        }

        return string.Join('\n', lines);
    }
}
