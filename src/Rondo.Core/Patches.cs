using System.Globalization;

namespace Rondo;

/// <summary>
/// Changes state of the process for the time of one test. What was set is put back in reverse order after the test's last teardown, also when the test fails or times out. Asked for by parameter of a test, of a test
/// class's constructor, or of a fixture of scope <see cref="FixtureScope.Test"/>; all of one test share one.
/// </summary>
/// <remarks>
/// A test that asks for it, also through its fixtures, has the worker for itself: no other case overlaps with it there (other workers are other processes). Thread: any; but the process has one environment and one current directory,
/// so what the test runs at once shares them.
/// </remarks>
public sealed class Patches
{
    private readonly Lock _gate = new();
    private readonly string _owner;
    private List<Undo>? _undo = [];

    internal Patches(string owner) => _owner = owner;

    /// <summary>Sets an environment variable of this process, for the programs that the test starts too.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="value">Its value; null removes it.</param>
    /// <exception cref="ArgumentException">The name is empty, or holds <c>=</c> or a null character.</exception>
    /// <exception cref="RondoUsageException">RND3091: the test has ended.</exception>
    public void SetEnvironmentVariable(string name, string? value)
    {
        Change($"the environment variable '{name}'", () =>
        {
            var before = Environment.GetEnvironmentVariable(name);
            Environment.SetEnvironmentVariable(name, value);
            return () => Environment.SetEnvironmentVariable(name, before);
        });
    }

    /// <summary>Sets the current directory of the process.</summary>
    /// <param name="path">An existing directory.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    /// <exception cref="RondoUsageException">RND3091: the test has ended.</exception>
    public void SetCurrentDirectory(string path)
    {
        Change("the current directory", () =>
        {
            var before = Directory.GetCurrentDirectory();
            Directory.SetCurrentDirectory(path);
            return () => Directory.SetCurrentDirectory(before);
        });
    }

    /// <summary>Sets <see cref="CultureInfo.CurrentCulture"/>: how numbers and dates are read and written.</summary>
    /// <param name="name">Such as <c>de-DE</c>; empty for the invariant culture.</param>
    /// <exception cref="CultureNotFoundException">The system does not know it.</exception>
    /// <exception cref="RondoUsageException">RND3091: the test has ended.</exception>
    /// <remarks>
    /// The culture belongs to the flow of the code and not to the process: it is seen by what this flow does and starts from here on, as the value of an <see cref="AsyncLocal{T}"/> is. So it reaches the test from a synchronous
    /// fixture, from a <see cref="Use{T}"/> fixture and from a constructor, but not from an <c>async Task&lt;T&gt;</c> fixture, and nothing has to be put back.
    /// </remarks>
    public void SetCulture(string name) => Change("the culture", () =>
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(name, predefinedOnly: true);
        return null;
    });

    /// <summary>Sets <see cref="CultureInfo.CurrentUICulture"/>: which texts are shown.</summary>
    /// <param name="name">Such as <c>de-DE</c>; empty for the invariant culture.</param>
    /// <exception cref="CultureNotFoundException">The system does not know it.</exception>
    /// <exception cref="RondoUsageException">RND3091: the test has ended.</exception>
    /// <remarks>As with <see cref="SetCulture"/>, it belongs to the flow of the code.</remarks>
    public void SetUICulture(string name) => Change("the culture of the user interface", () =>
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(name, predefinedOnly: true);
        return null;
    });

    /// <summary>Sets what <see cref="Console.In"/> reads, <see cref="Console.ReadLine"/> too.</summary>
    /// <param name="reader">For example a <see cref="StringReader"/>. It is not disposed.</param>
    /// <exception cref="RondoUsageException">RND3091: the test has ended.</exception>
    public void SetConsoleInput(TextReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        Change("the console's input", () =>
        {
            var before = Console.In;
            Console.SetIn(reader);
            return () => Console.SetIn(before);
        });
    }

    /// <summary>Puts everything back, the last change first; from here on nothing can be changed.</summary>
    /// <returns>What could not be put back, with its error.</returns>
    internal IReadOnlyList<(string What, Exception Error)> Restore()
    {
        List<Undo> undo;
        lock (_gate)
        {
            undo = _undo ?? [];
            _undo = null;
        }

        List<(string, Exception)> failed = [];
        for (var i = undo.Count - 1; i >= 0; i--)
        {
            try
            {
                undo[i].Back();
            }
            catch (Exception error)
            {
                failed.Add((undo[i].What, error));
            }
        }

        return failed;
    }

    private void Change(string what, Func<Action?> change)
    {
        lock (_gate)
        {
            if (_undo is null)
                throw new RondoUsageException($"Test '{_owner}' wants to change {what} after it has ended and everything was put back. Work that a test leaves behind would change it for others. Await what the test starts. [RND3091]");
            if (change() is { } back) _undo.Add(new Undo(what, back));
        }
    }

    private sealed record Undo(string What, Action Back);
}
