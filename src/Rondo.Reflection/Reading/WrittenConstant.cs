namespace Rondo.Generator.Reading;

/// <summary>How a constant is written. Metadata does not say.</summary>
internal readonly record struct WrittenConstant
{
#pragma warning disable CA1822 // The compiler half asks an instance.
    public Location? Place => null;

    public IReadOnlyList<WrittenConstant> Elements => [];

    public decimal? Decimal => null;
#pragma warning restore CA1822

    public static IReadOnlyList<WrittenConstant> Of(AttributeData attribute) => attribute is null ? throw new ArgumentNullException(nameof(attribute)) : [];
}
