using Rondo.Generator.Model;
using Rondo.Generator.Reading;

namespace Rondo.Generator.Writing;

/// <summary>Writes the expression that opens a data source.</summary>
internal static class RowsWriter
{
    public static RowsModel Model(RowsShape rows)
    {
        var expression = TypeText.Code(rows.Source.ContainingType) + "." + CodeText.Identifier(rows.Source.Name) + (rows.Source is IMethodSymbol ? "()" : "");
        return new RowsModel(rows.Source.Name, $"global::Rondo.Catalog.RowSource.Of<{TypeText.Code(rows.Sequence.TypeArguments[0])}>(({TypeText.Code(rows.Sequence)}){expression}, {Split(rows)})");
    }

    // Gives an element's arguments; null for rows that know theirs.
    private static string Split(RowsShape rows)
    {
        if (rows.IsRow) return "null";
        var values = Enumerable.Range(0, rows.Arity).Select(i => $"({TypeText.Code(rows.Method.Parameters[i].Type)})" + (rows.IsTuple ? "row.Item" + (i + 1) : "row"));
        return $"static row => new object?[] {{ {string.Join(", ", values)} }}";
    }
}
