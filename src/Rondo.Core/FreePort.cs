using System.Globalization;

namespace Rondo;

/// <summary>
/// A port that nobody uses, free for TCP and UDP on IPv4 and IPv6 when it was given, and given once in a run, also over workers. Each parameter of this type gets another one. Asked for by parameter of a test or of a fixture
/// of any scope.
/// </summary>
/// <remarks>
/// It is taken from outside the range that the system itself gives to outgoing connections and to listeners on port 0, and no other run of this user on this machine gets it meanwhile. Nobody listens on it, and no
/// socket keeps it: another program may take it all the same. Where a server can listen on port 0 and tell its port, that is still the surest. Thread: any.
/// </remarks>
public sealed class FreePort
{
    internal FreePort(int number) => Number = number;

    /// <summary>The port, 1024 to 65535.</summary>
    public int Number { get; }

    /// <summary>The number.</summary>
    public override string ToString() => Number.ToString(CultureInfo.InvariantCulture);
}
