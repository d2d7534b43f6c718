
namespace Rondo.Generator.Reading;

/// <summary>A problem and where it stands. Never part of a model: places move with every edit.</summary>
internal readonly record struct Finding(Problem Problem, Location? At);
