// Two at once keep two cores busy while processes start. Tests that measure time or send signals say [DoNotParallelize].
[assembly: Parallelize(Workers = 2, Scope = ExecutionScope.MethodLevel)]
