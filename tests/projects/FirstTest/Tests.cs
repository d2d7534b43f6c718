public class Coffee
{
    [Test]
    public void Two_cups_cost_twice_as_much()
    {
        if (2 * 3 != 6) throw new Exception("arithmetic is broken");
    }
}
