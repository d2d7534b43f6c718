namespace Shop.Tests.Browsing;

/// <summary>A department with some thousand products, all made from the same words.</summary>
public sealed record BigDepartment(string Name, IReadOnlyList<Product> Products);

public static class BrowsingFixtures
{
    private const int Size = 4000;
    private static readonly string[] s_colours = ["Red", "Blue", "Ivory", "Olive", "Ochre", "Amber", "Ébène", "Grün", "Azure", "Black"];
    private static readonly string[] s_materials = ["Wooden", "Copper", "Cotton", "Marble", "Bamboo", "Ceramic", "Leather", "Öko", "Glass", "Steel"];
    private static readonly string[] s_things = ["Kettle", "Basket", "Lantern", "Cushion", "Drawer", "Mirror", "Ladder", "Étagère", "Vase", "Clock"];

    // Only read by its users, hence one for all classes of the namespace.
    [Fixture(FixtureScope.Namespace)]
    public static async Task<BigDepartment> Department(ShopClient guest, CancellationToken stop)
    {
        var department = ShopClient.NewName("furniture");
        Product[] products = [.. Enumerable.Range(0, Size).Select(i => Make(department, i))];
        await guest.AddProducts(products, stop);
        return new(department, products);
    }

    private static Product Make(string department, int i)
    {
        var name = $"{s_colours[i % 10]} {s_materials[i / 10 % 10]} {s_things[i / 100 % 10]} No.{i / 1000}";
        return new($"{department}-{i:0000}", name, department, new((i * 37 % 500) + 0.99m, (Currency)(i % 5)));
    }
}
