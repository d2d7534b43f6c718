using System.Globalization;

namespace Shop.Tests;

/// <summary>What the whole process shares, as it was before a test: its settings, default culture, current directory and the shop's environment variables.</summary>
/// <remarks>A test that changes any of it asks for this fixture and need not restore it. Two such tests at once in one process would see each other's values.</remarks>
public sealed class ProcessState
{
    private static readonly string[] s_variables = ["SHOP_MAINTENANCE", "SHOP_RECEIPT_FOOTER"];
    private readonly ShopSettingsSnapshot _settings = ShopSettings.TakeSnapshot();
    private readonly CultureInfo? _culture = CultureInfo.DefaultThreadCurrentCulture;
    private readonly string _directory = Environment.CurrentDirectory;
    private readonly string?[] _values = [.. s_variables.Select(Environment.GetEnvironmentVariable)];

    public ShopSettingsSnapshot Settings => _settings;

    public void Restore()
    {
        ShopSettings.Restore(_settings);
        CultureInfo.DefaultThreadCurrentCulture = _culture;
        Environment.CurrentDirectory = _directory;
        for (var i = 0; i < s_variables.Length; i++) Environment.SetEnvironmentVariable(s_variables[i], _values[i]);
    }
}
