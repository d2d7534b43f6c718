using System.Diagnostics;
using System.Globalization;

namespace Rondo.Engine.RunLog;

/// <summary>A process beyond doubt: numbers are used again, so the moment of its start belongs to it.</summary>
/// <param name="Start">Opaque; equal only for the same process. Empty if the system does not say.</param>
internal sealed record ProcessIdentity(int Id, string Start, string Machine)
{
    public static ProcessIdentity Current { get; } = new(Environment.ProcessId, StartOf(Environment.ProcessId) ?? "", Environment.MachineName);

    public bool IsOfThisMachine => string.Equals(Machine, Environment.MachineName, StringComparison.Ordinal);

    /// <summary>Whether the process still runs. Only meaningful on its own machine.</summary>
    public bool IsAlive => StartOf(Id) is { } start && (start == Start || Start.Length == 0);

    /// <summary>Null if there is no such process.</summary>
    private static string? StartOf(int id)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // "id (name with anything in it) state …"; the start is field 22, in ticks since boot. .NET's StartTime moves with the wall clock.
                var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                return fields[0] is "Z" or "X" ? null : fields[19];
            }

            using var process = Process.GetProcessById(id);
            return process.HasExited ? null : process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception or IndexOutOfRangeException)
        {
            // It is there, but another user's. On Linux a process that ends while it is read gives ESRCH: counted as alive once, gone the next time.
            return "";
        }
    }
}
