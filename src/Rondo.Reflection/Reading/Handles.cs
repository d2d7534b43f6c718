// Where the compiler half writes code, the models here name what is called; it is kept beside them.
using Rondo.Generator.Model;
using Rondo.Generator.Reading;

namespace Rondo.Generator.Writing;

internal static class CodeText
{
    public static string Identifier(string name) => name;
}

internal static class RowsWriter
{
    /// <summary>The source is kept under the name that stands in place of code.</summary>
    public static RowsModel Model(RowsShape rows) => new(rows.Source.Name, rows.Method.Universe.Keep($"{rows.Method.Method} of {rows.Method.Method.DeclaringType} with {rows.Method.Method.MetadataToken}", rows));
}
