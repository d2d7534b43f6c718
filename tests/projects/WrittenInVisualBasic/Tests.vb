Imports System
Imports System.Collections.Generic
Imports System.Threading
Imports System.Threading.Tasks
Imports Rondo

Namespace Harbour
    Public Class Buoy
        Implements IDisposable

        Public Property IsGone As Boolean

        Public Sub Dispose() Implements IDisposable.Dispose
            IsGone = True
        End Sub
    End Class

    ' A module is what a static class is elsewhere: its fixtures are seen in the whole namespace.
    Friend Module Fixtures
        <Fixture>
        Public Function Buoy() As Buoy
            Return New Buoy()
        End Function

        <Fixture(FixtureScope.Class)>
        Public Async Function Depths(use As Use(Of List(Of Integer))) As Task
            Dim list = New List(Of Integer) From {3, 4}
            Await use(list)
            list.Clear()
        End Function
    End Module

    Public Module ModuleTests
        <Test>
        Public Sub Runs_in_a_module(buoy As Buoy)
            If buoy.IsGone Then Throw New Exception("gone")
        End Sub
    End Module

    Public Class BuoyTests
        Private ReadOnly _buoy As Buoy

        Public Sub New(buoy As Buoy)
            _buoy = buoy
        End Sub

        <Test>
        Public Async Function Is_there(buoy As Buoy, depths As List(Of Integer), [stop] As CancellationToken) As Task
            Await Task.Delay(1, [stop])
            If buoy IsNot _buoy OrElse depths.Count <> 2 Then Throw New Exception("another one")
        End Function

        <Test, [Case](1, "a"), [Case](2, "b", Name:="the second")>
        Public Sub Takes_cases(number As Long, text As String, Optional more As Integer = 3)
            If number + more < 4 OrElse text.Length <> 1 Then Throw New Exception(text)
        End Sub

        Public Shared Iterator Function Rows() As IEnumerable(Of (Integer, String))
            Yield (1, "one")
        End Function

        <Test, CasesFrom(NameOf(Rows))>
        Public Sub Takes_rows(number As Integer, text As String)
            If number <> 1 OrElse text <> "one" Then Throw New Exception(text)
        End Sub

        <Test>
        Public Async Sub Nobody_waits_for_it()
            Await Task.Yield()
        End Sub

        <Test>
        Public Sub Fails()
            Throw New InvalidOperationException("on purpose")
        End Sub
    End Class
End Namespace
