namespace DeepNotes.Nn.Tests;

public class GradientClippingTests
{
    // Expected lengths are those of the vector (3, −4, 12), and PyTorch's formula.
    [Theory]
    [InlineData(2, 13)]
    [InlineData(1, 19)]
    [InlineData(3, 12.2070559)]
    [InlineData(double.PositiveInfinity, 12)]
    public void All_gradients_are_scaled_as_one_vector(double normType, double length)
    {
        Parameter[] parameters = Parameters();
        Assert.Equal(length, GradientClipping.ClipGradNorm(parameters, 2, normType), 1e-5);
        double scale = 2 / (length + 1e-6);
        Assert.Equal(3 * scale, parameters[0].Grad!.ToArray<float>()[0], 1e-5);
        Assert.Equal(-4 * scale, parameters[0].Grad!.ToArray<float>()[1], 1e-5);
        Assert.Equal(12 * scale, parameters[1].Grad!.Item(), 1e-5);
    }

    [Fact]
    public void Short_gradients_stay_bit_for_bit()
    {
        Parameter[] parameters = Parameters();
        Assert.Equal(13, GradientClipping.ClipGradNorm(parameters, 13.1), 1e-6);
        Assert.Equal([3, -4], parameters[0].Grad!.ToArray<float>());
    }

    [Fact]
    public void Parameters_without_a_gradient_are_passed_by()
    {
        Assert.Equal(0, GradientClipping.ClipGradNorm([Init.Ones([3])], 1));
        GradientClipping.ClipGradValue([Init.Ones([3])], 1);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_length_that_is_not_finite_is_an_error_if_asked(float gradient)
    {
        Parameter p = Init.Ones([1]);
        (p * Tensor.Full([1], gradient)).Sum().Backward();
        Assert.Throws<GradException>(() => GradientClipping.ClipGradNorm([p], 1, errorIfNonFinite: true));
        Assert.Equal(gradient, p.Grad!.Item());
        Assert.False(double.IsFinite(GradientClipping.ClipGradNorm([p], 1)));
    }

    [Fact]
    public void Values_are_limited_one_by_one()
    {
        Parameter[] parameters = Parameters();
        GradientClipping.ClipGradValue(parameters, 3.5);
        Assert.Equal([3, -3.5f], parameters[0].Grad!.ToArray<float>());
        Assert.Equal(3.5, parameters[1].Grad!.Item());
    }

    [Fact]
    public void Limits_are_not_negative_and_powers_positive()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ClipGradNorm([], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ClipGradNorm([], 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ClipGradValue([], -1));
    }

    private static Parameter[] Parameters()
    {
        Parameter a = Init.Ones([2]), b = Init.Ones([1, 1]);
        ((a * Tensor.From<float>([3, -4])).Sum() + (b * 12).Sum()).Backward();
        return [a, b];
    }
}
