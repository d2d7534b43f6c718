using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Rondo.Engine.Control;

/// <summary>Reads the managed stacks of a process from outside, with the small program that the package puts beside the tests. Best effort, with a deadline.</summary>
internal static class StackReader
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(15);

    /// <summary>Where the package puts the helper program.</summary>
    public static string HelperPath => Path.Combine(AppContext.BaseDirectory, "rondo-stacks", "Rondo.Stacks.dll");

    /// <param name="threads">Managed ids of the threads of interest; others are left out.</param>
    /// <returns>The stacks, or a sentence that says why there are none.</returns>
    public static async Task<StacksRead> ReadAsync(int processId, IReadOnlyList<int> threads, TimeProvider time)
    {
        if (!File.Exists(HelperPath)) return new StacksRead(null, $"The stack could not be read: '{HelperPath}' is missing.");
        var start = new ProcessStartInfo(DotnetHost()) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(HelperPath);
        start.ArgumentList.Add(processId.ToString(CultureInfo.InvariantCulture));
        foreach (var thread in threads) start.ArgumentList.Add(thread.ToString(CultureInfo.InvariantCulture));
        try
        {
            using var helper = Process.Start(start)!;
            helper.StandardInput.Close();
            var output = helper.StandardOutput.ReadToEndAsync();
            var error = helper.StandardError.ReadToEndAsync();
            try
            {
                await helper.WaitForExitAsync().WaitAsync(s_limit, time).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                helper.Kill();
                return new StacksRead(null, $"The stack could not be read within {s_limit.TotalSeconds:0} s.");
            }

            var text = (await output.ConfigureAwait(false)).Trim();
            if (helper.ExitCode == 0 && text.Length > 0) return new StacksRead(text, null);
            return new StacksRead(null, $"The stack could not be read: {FirstLine(await error.ConfigureAwait(false))} (Containers often forbid it: allow ptrace, e.g. --cap-add SYS_PTRACE.)");
        }
        catch (Exception error) when (error is IOException or System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return new StacksRead(null, "The stack could not be read: " + error.Message);
        }
    }

    public static string FirstLine(string text)
    {
        var line = text.Trim().Split('\n', 2)[0].Trim();
        return line.Length == 0 ? "the helper gave no reason." : line;
    }

    public static string DotnetHost()
    {
        var own = Environment.ProcessPath;
        if (own is not null && Path.GetFileNameWithoutExtension(own).Equals("dotnet", StringComparison.OrdinalIgnoreCase)) return own;
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var shared = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(shared) ? shared : name;
    }
}

/// <param name="Stacks">Null when they could not be read.</param>
/// <param name="Why">Why there are none; null when there are.</param>
internal readonly record struct StacksRead(string? Stacks, string? Why)
{
    /// <summary>Nothing in it when none was asked for.</summary>
    public DumpWritten Dump { get; init; }
}
