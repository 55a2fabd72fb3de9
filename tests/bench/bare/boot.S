#include "../../support/guest_boot.S"
