using System.Diagnostics;
using System.Globalization;

namespace Rondo.Engine.Control;

/// <summary>The dumps that <c>--dump-on-hang</c> asks for.</summary>
/// <param name="Kind"><c>mini</c>, <c>heap</c> or <c>full</c>.</param>
/// <param name="Folder">Where they are put; made when the first one is written.</param>
internal sealed record DumpWish(string Kind, string Folder)
{
    public string FileOf(string worker, int processId) => Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"hang-{worker}-{processId}.dmp"));
}

/// <param name="File">Null: none was written.</param>
/// <param name="Why">Why not, in a sentence; null if one was, or if none was asked for.</param>
internal readonly record struct DumpWritten(string? File, string? Why);

/// <summary>Has the runtime of a process that hangs write a dump of it, with the small program that reads stacks. Best effort, with a deadline.</summary>
internal static class DumpWriter
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    public static async Task<DumpWritten> WriteAsync(int processId, DumpWish wish, string file, TimeProvider time)
    {
        try
        {
            if (!File.Exists(StackReader.HelperPath)) return new DumpWritten(null, $"No dump was written: '{StackReader.HelperPath}' is missing. Build the tests again. [RND4081]");
            Directory.CreateDirectory(wish.Folder);
            var start = new ProcessStartInfo(StackReader.DotnetHost()) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
            foreach (var argument in (string[])["exec", StackReader.HelperPath, "--write", wish.Kind, file, processId.ToString(CultureInfo.InvariantCulture)]) start.ArgumentList.Add(argument);
            using var helper = Process.Start(start)!;
            helper.StandardInput.Close();
            _ = helper.StandardOutput.ReadToEndAsync();
            var error = helper.StandardError.ReadToEndAsync();
            try
            {
                await helper.WaitForExitAsync().WaitAsync(s_limit, time).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                helper.Kill();
                return new DumpWritten(null, $"No dump was written within {s_limit.TotalSeconds:0} s. Ask for a smaller one: --dump-on-hang mini. [RND4081]");
            }

            if (helper.ExitCode == 0 && File.Exists(file)) return new DumpWritten(file, null);
            return new DumpWritten(null, $"No dump was written to '{file}': {StackReader.FirstLine(await error.ConfigureAwait(false))} Look at the space there, and at the rights of the folder. [RND4081]");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return new DumpWritten(null, $"No dump was written to '{file}': {error.Message} Look at the space there, and at the rights of the folder. [RND4081]");
        }
    }
}
