using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Shop;

/// <summary>What a customer types.</summary>
public sealed record Credentials(string Email, string Password);

/// <summary>Proof of a login, sent as bearer token.</summary>
public sealed record Session(string Email, string Token);

internal sealed class Accounts(ShopOptions options)
{
    private const int TriesBeforeLock = 3;
    private readonly ConcurrentDictionary<string, Account> _accounts = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, string> _emailOfToken = new(StringComparer.Ordinal);

    public void Register(Credentials credentials)
    {
        if (!credentials.Email.Contains('@', StringComparison.Ordinal)) throw RefusedException.BadRequest("bad_email", $"'{credentials.Email}' is no e-mail address.");
        if (credentials.Password.Length < 8) throw RefusedException.BadRequest("weak_password", "The password is too short: it needs 8 characters.");
        if (_accounts.ContainsKey(credentials.Email)) throw Taken(credentials.Email);
        var salt = RandomNumberGenerator.GetBytes(16);
        if (!_accounts.TryAdd(credentials.Email, new(salt, Hash(credentials.Password, salt)))) throw Taken(credentials.Email);
    }

    public Session Login(Credentials credentials)
    {
        if (!_accounts.TryGetValue(credentials.Email, out var account))
        {
            // As slow as a known address, so that the time tells nobody who has an account.
            Hash(credentials.Password, new byte[16]);
            throw Wrong();
        }

        if (account.LockedUntil > options.Clock.GetUtcNow()) throw new RefusedException(423, "locked", "The account is locked after three wrong passwords. Try again later.");
        if (!CryptographicOperations.FixedTimeEquals(Hash(credentials.Password, account.Salt), account.Hash))
        {
            lock (account)
            {
                if (++account.Failures % TriesBeforeLock == 0) account.LockedUntil = options.Clock.GetUtcNow() + options.LockTime;
            }

            throw Wrong();
        }

        lock (account) account.Failures = 0;
        var session = new Session(credentials.Email, RandomNumberGenerator.GetHexString(32));
        _emailOfToken[session.Token] = session.Email;
        return session;
    }

    public bool Logout(string token) => _emailOfToken.TryRemove(token, out _);

    public string CustomerOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.Ordinal) && _emailOfToken.TryGetValue(header["Bearer ".Length..], out var email)) return email;
        return header.Length == 0 && ShopSettings.GuestOrders ? "guest" : throw new RefusedException(401, "no_session", "This needs a session. Log in first.");
    }

    private byte[] Hash(string password, byte[] salt) => Rfc2898DeriveBytes.Pbkdf2(password, salt, options.PasswordRounds, HashAlgorithmName.SHA256, 32);

    private static RefusedException Taken(string email) => RefusedException.Conflict("email_taken", $"There is an account for '{email}' already.");

    private static RefusedException Wrong() => new(401, "wrong_credentials", "The e-mail address or the password is wrong.");

    private sealed class Account(byte[] salt, byte[] hash)
    {
        public byte[] Salt => salt;

        public byte[] Hash => hash;

        public int Failures { get; set; }

        public DateTimeOffset LockedUntil { get; set; }
    }
}
