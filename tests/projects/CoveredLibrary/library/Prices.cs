namespace Covered;

/// <summary>Each method is run by a test of another class, but for the last one.</summary>
public static class Prices
{
    public static int Double(int price)
    {
        var twice = price * 2;
        return twice;
    }

    public static int Half(int price)
    {
        if (price % 2 == 0)
        {
            return price / 2;
        }

        return (price - 1) / 2;
    }

    public static async Task<int> LaterAsync(int price)
    {
        await Task.Delay(1);
        return price;
    }

    public static int Never(int price)
    {
        var nothing = price - price;
        return nothing;
    }
}
