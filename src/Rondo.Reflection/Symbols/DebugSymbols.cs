using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;

namespace Rondo.Reflection.Symbols;

/// <summary>Files and lines from the portable debug symbols beside or in an assembly. Without them there are none, and nothing else is different.</summary>
internal sealed class DebugSymbols
{
    private const BindingFlags Declared = INamedTypeSymbol.Declared;

    private readonly Assembly _assembly;
    private readonly MetadataReader? _reader;
    private readonly Dictionary<MethodBase, (string File, int Line)> _known = [];

    public DebugSymbols(Assembly assembly)
    {
        _assembly = assembly;
        var path = assembly.Location;
        if (path.Length == 0) return;
        try
        {
            using var image = new PEReader(File.OpenRead(path));
            if (image.TryOpenAssociatedPortablePdb(path, static pdb => File.Exists(pdb) ? new MemoryStream(File.ReadAllBytes(pdb)) : null, out var provider, out _)) _reader = provider?.GetMetadataReader();
        }
        catch (Exception error) when (error is IOException or BadImageFormatException or UnauthorizedAccessException)
        {
            // Symbols are a convenience: tests run without them.
        }
    }

    public SyntaxTree TreeOf(ISymbol symbol) => new(PlaceOf(symbol).File);

    /// <summary>Counted from 1; 0 if nobody knows.</summary>
    public int LineOf(ISymbol symbol) => PlaceOf(symbol).Line;

    private (string File, int Line) PlaceOf(ISymbol symbol) => _reader is null ? ("", 0) : symbol switch
    {
        IMethodSymbol method => PlaceOf(method.Method),
        INamedTypeSymbol type => PlaceOf(type.Type),
        _ => ("", 0),
    };

    // The first statement: symbols know no line for the name. What is asynchronous or an iterator has its statements in a class of its own.
    private (string File, int Line) PlaceOf(MethodBase method)
    {
        if (method.Module.Assembly != _assembly) return ("", 0);
        if (_known.TryGetValue(method, out var known)) return known;
        var body = method.GetCustomAttribute<StateMachineAttribute>()?.StateMachineType.GetMethod("MoveNext", Declared) ?? method;
        var place = ("", 0);
        var symbols = _reader!.GetMethodDebugInformation(MetadataTokens.MethodDefinitionHandle(body.MetadataToken & 0xFFFFFF));
        foreach (var point in symbols.GetSequencePoints())
        {
            if (point.IsHidden) continue;
            place = (_reader.GetString(_reader.GetDocument(point.Document).Name), point.StartLine);
            break;
        }

        return _known[method] = place;
    }

    // A class has no statements: the first that one of its members has.
    private (string File, int Line) PlaceOf(Type type)
    {
        (string File, int Line) first = ("", 0);
        foreach (var method in type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared)))
        {
            var place = PlaceOf(method);
            if (place.Line > 0 && (first.Line == 0 || (place.File == first.File && place.Line < first.Line))) first = place;
        }

        return first;
    }
}
