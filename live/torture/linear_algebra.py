"""Every routine of numpy.linalg and numpy.fft, in every type, beside its definition."""
import numpy as np

rng = np.random.default_rng(0)
for dtype in (np.float32, np.float64, np.complex64, np.complex128):
    tolerance = 1e-3 if np.finfo(dtype).precision < 10 else 1e-9
    a = rng.normal(size=(6, 6)) + (1j * rng.normal(size=(6, 6)) if np.dtype(dtype).kind == "c" else 0)
    a = a.astype(dtype)
    h = a @ a.conj().T + np.eye(6, dtype=dtype)

    def same(x, y, tolerance=tolerance):
        assert np.allclose(x, y, rtol=tolerance, atol=tolerance), (x, y)

    same(np.linalg.inv(a) @ a, np.eye(6))
    same(np.linalg.solve(a, h), np.linalg.inv(a) @ h)
    same(np.linalg.lstsq(a, h)[0], np.linalg.solve(a, h), 100 * tolerance)
    same(np.linalg.pinv(a), np.linalg.inv(a), 100 * tolerance)
    values, vectors = np.linalg.eig(a)
    same(a @ vectors, vectors * values)
    same(np.sort_complex(np.linalg.eigvals(a)), np.sort_complex(values))
    values, vectors = np.linalg.eigh(h)
    same(h @ vectors, vectors * values, 100 * tolerance)
    same(np.linalg.eigvalsh(h), values, 100 * tolerance)
    lower = np.linalg.cholesky(h)
    same(lower @ lower.conj().T, h)
    for mode in ("reduced", "complete"):
        q, r = np.linalg.qr(a, mode)
        same(q @ r, a)
    np.linalg.qr(a, "r"), np.linalg.qr(a, "raw")
    u, s, v = np.linalg.svd(a)
    same(u * s @ v, a)
    same(np.linalg.svdvals(a), s)
    sign, log = np.linalg.slogdet(a)
    same(sign * np.exp(log), np.linalg.det(a), 100 * tolerance)
    same(np.linalg.matrix_power(a, 3), a @ a @ a, 100 * tolerance)
    assert np.linalg.matrix_rank(a) == 6 and np.linalg.cond(a) >= 1
    same(np.linalg.norm(a, 2), s[0])
    same(np.linalg.norm(a, "nuc"), s.sum(), 10 * tolerance)
    same(np.einsum("ij,jk->ik", a, h), a @ h)
    same(np.tensordot(a, h, 1), a @ h)
    same(a[::2] @ a.T[:, ::2], (a @ a.T)[::2, ::2])
    same(np.vdot(a, a), (abs(a) ** 2).sum(), 10 * tolerance)
    assert np.kron(a, a).shape == (36, 36) and np.outer(a[0], a[0]).shape == (6, 6)
    big = np.tile(a, (40, 40)) + 500 * np.eye(240, dtype=dtype)  # in blocks, with other code than the small ones
    for left, right in ((big, big.T), (big.T, big), (big, big)):
        same((left @ right)[3, 5], left[3] @ right[:, 5], 1e3 * tolerance)
    same(big @ np.linalg.solve(big, big[0]), big[0], 100 * tolerance)

for n in (8, 13, 100):
    x = rng.normal(size=n)
    same(np.fft.ifft(np.fft.fft(x)), x, 1e-9)
    same(np.fft.irfft(np.fft.rfft(x), n), x, 1e-9)
    same(np.fft.fft(x)[1], (x * np.exp(-2j * np.pi * np.arange(n) / n)).sum(), 1e-9)
    np.fft.irfft2(np.fft.rfft2(np.ones((n, n), np.float32))), np.fft.fftn(np.ones((2, 3, n)))
print("done")
