using Microsoft.VisualStudio.TestTools.UnitTesting;

// Everything here only reads.
[assembly: Parallelize(Scope = ExecutionScope.MethodLevel)]
