namespace Rondo.Hosting;

/// <summary>Spells the command line as the platform's parser wants it. Everything it does not know stays untouched: IDEs pass arguments of their own.</summary>
internal static class CommandLine
{
    public static string[] Normalise(IReadOnlyList<string> args)
    {
        var normalised = new List<string>(args.Count + 1);
        foreach (var argument in args)
        {
            if (IsGluedWorkerCount(argument))
            {
                normalised.Add("-n");
                normalised.Add(argument[2..]);
            }
            else if (argument.StartsWith("-k=", StringComparison.Ordinal) && argument.Length > 3 && argument[3] != '-')
            {
                // The platform cuts at the first ':' or '=', and both may stand in a test's name.
                normalised.Add("-k");
                normalised.Add(argument[3..]);
            }
            else
            {
                normalised.Add(argument);
            }
        }

        return [.. normalised];
    }

    private static bool IsGluedWorkerCount(string argument)
    {
        if (argument.Length < 3 || !argument.StartsWith("-n", StringComparison.Ordinal)) return false;
        foreach (var c in argument.AsSpan(2))
        {
            if (!char.IsAsciiDigit(c)) return false;
        }

        return true;
    }
}
