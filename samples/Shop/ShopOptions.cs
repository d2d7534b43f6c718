namespace Shop;

/// <summary>What one running shop is told at its start. What the whole process shares is in <see cref="ShopSettings"/>.</summary>
public sealed record ShopOptions
{
    /// <summary>Where receipts are kept; made if it does not exist. No two shops may share it.</summary>
    public required string ReceiptDirectory { get; init; }

    /// <summary>Where to listen; port 0 takes a free one.</summary>
    public string Url { get; init; } = "http://127.0.0.1:0";

    /// <summary>How long the bank thinks about the quickest kind of card; others take up to 2.25 times as long.</summary>
    public TimeSpan BankLatency { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>How many charges the bank takes at once.</summary>
    public int BankLanes { get; init; } = 4;

    /// <summary>How long an unpaid order keeps its goods.</summary>
    public TimeSpan ReservationLifetime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long an account stays locked after three wrong passwords.</summary>
    public TimeSpan LockTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Rounds of PBKDF2 with SHA-256 for one password.</summary>
    public int PasswordRounds { get; init; } = 600_000;

    /// <summary>The only source of time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
