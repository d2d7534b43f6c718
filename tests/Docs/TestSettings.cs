// One build and one run serve all tests; there is nothing to do side by side.
[assembly: DoNotParallelize]
