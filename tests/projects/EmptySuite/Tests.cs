public class NothingYet
{
    public void Is_not_marked() { }
}
