using Microsoft.VisualStudio.TestTools.UnitTesting;

// Deciders share nothing, so their tests may run side by side.
[assembly: Parallelize(Scope = ExecutionScope.MethodLevel)]
