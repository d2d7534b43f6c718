' The entry point of a test program, put among the files of the project by the package Rondo. Set RondoEntryPoint to false to write one yourself.
Option Strict On
Option Explicit On

Namespace Global.Rondo.Generated
  <System.Diagnostics.CodeAnalysis.ExcludeFromCodeCoverage>
  Friend Module RondoEntryPoint
    ' Synchronous: an asynchronous one would give the main thread away.
    Friend Function Main(args As String()) As Integer
      Dim tests = System.Reflection.Assembly.GetExecutingAssembly()
      Global.Rondo.Reflection.ReflectedTests.Announce(tests)
      Return Global.Rondo.Hosting.RondoApplication.Run(args, tests)
    End Function
  End Module
End Namespace
