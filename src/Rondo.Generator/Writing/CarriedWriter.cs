using System.Globalization;
using System.Text;
using Rondo.Generator.Model;

namespace Rondo.Generator.Writing;

/// <summary>Writes how values of fixtures of the whole run are written and read: calls of the writer and the reader, and two methods for each record.</summary>
internal static class CarriedWriter
{
    /// <summary>Nothing if no fixture of the holder lives for the whole run.</summary>
    public static void Write(StringBuilder code, EquatableArray<BoundFixture> fixtures)
    {
        var types = new Dictionary<string, CarriedType>(StringComparer.Ordinal);
        foreach (var fixture in fixtures)
        {
            foreach (var type in fixture.Model.Carried) types[type.Key] = type;
        }

        if (types.Count == 0) return;
        var records = types.Values.Where(t => t.Kind == CarriedKind.Record).OrderBy(t => t.Key, StringComparer.Ordinal).Select((t, i) => (t.Key, i)).ToDictionary(r => r.Key, r => r.i, StringComparer.Ordinal);
        code.Append("\n        public override void WriteValue(int fixture, object? value, global::Rondo.Catalog.ValueWriter to)\n        {\n            switch (fixture)\n            {\n");
        ForEach((number, type) => $"case {number}: {WriteOf(type, $"(({type.Code})value!)")}; return;");
        code.Append("                default: throw new global::System.ArgumentOutOfRangeException();\n            }\n        }\n");
        code.Append("\n        public override object? ReadValue(int fixture, global::Rondo.Catalog.ValueReader from)\n        {\n            switch (fixture)\n            {\n");
        ForEach((number, type) => $"case {number}: return {ReadOf(type)};");
        code.Append("                default: throw new global::System.ArgumentOutOfRangeException();\n            }\n        }\n");
        foreach (var record in records) WriteRecord(types[record.Key], record.Value);

        void ForEach(Func<string, CarriedType, string> line)
        {
            for (var i = 0; i < fixtures.Count; i++)
            {
                if (fixtures[i].Model.Carried is { Count: > 0 } carried) code.Append("                ").Append(line(Number(i), carried[0])).Append('\n');
            }
        }

        string WriteOf(CarriedType type, string value) => type.Kind switch
        {
            CarriedKind.Scalar => $"to.Write{type.Method}({(type.As.Length > 0 ? $"({type.As})" : "")}{value})",
            CarriedKind.Record => $"Write_{Number(records[type.Key])}(to, {value})",
            CarriedKind.Nullable => $"to.WriteNullable({value}, {WriterOf(type)})",
            CarriedKind.Map => $"to.WriteMap({value}, {WriterOf(type)})",
            _ => $"to.WriteList({value}, {WriterOf(type)})",
        };

        string ReadOf(CarriedType type) => type.Kind switch
        {
            CarriedKind.Scalar => type.As.Length > 0 ? $"({type.Code})from.Read{type.Method}()" : $"from.Read{type.Method}()",
            CarriedKind.Record => $"Read_{Number(records[type.Key])}(from)",
            _ => $"from.Read{type.Kind}<{types[type.Element].Code}>({ReaderOf(type)})",
        };

        string WriterOf(CarriedType type) => $"static (global::Rondo.Catalog.ValueWriter to, {types[type.Element].Code} value) => {WriteOf(types[type.Element], "value")}";

        string ReaderOf(CarriedType type) => $"static (global::Rondo.Catalog.ValueReader from) => {ReadOf(types[type.Element])}";

        void WriteRecord(CarriedType type, int number)
        {
            code.Append("\n        private static void Write_").Append(Number(number)).Append("(global::Rondo.Catalog.ValueWriter to, ").Append(type.Code).Append(" value)\n        {\n");
            if (!type.IsStruct) code.Append("            if (!to.BeginRecord(value, typeof(").Append(type.Code).Append("))) return;\n");
            foreach (var member in type.Members) code.Append("            ").Append(WriteOf(types[member.Type], "value." + CodeText.Identifier(member.Name))).Append(";\n");
            if (!type.IsStruct) code.Append("            to.EndRecord();\n");
            code.Append("        }\n");

            // Arguments are evaluated from left to right, and what is set follows them: the order of the writing.
            code.Append("\n        private static ").Append(type.Code).Append(" Read_").Append(Number(number)).Append("(global::Rondo.Catalog.ValueReader from)\n        {\n");
            if (!type.IsStruct) code.Append("            if (!from.ReadBool()) return null!;\n");
            code.Append("            return new ").Append(type.Code).Append('(')
                .Append(string.Join(", ", type.Members.Where(m => m.IsArgument).Select(m => ReadOf(types[m.Type])))).Append(')');
            var set = type.Members.Where(m => !m.IsArgument).Select(m => CodeText.Identifier(m.Name) + " = " + ReadOf(types[m.Type])).ToList();
            if (set.Count > 0) code.Append(" { ").Append(string.Join(", ", set)).Append(" }");
            code.Append(";\n        }\n");
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
